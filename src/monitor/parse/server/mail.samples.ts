const at = (message: string): string => `<22>Nov 23 10:00:00 mx1 ${message}`;
const exim = (message: string): string => `2026-11-23 10:00:00 ${message}`;

/** Lines of mail servers that say at least five of the six answers. */
export const MAIL_SAMPLES: readonly string[] = [
  at("postfix/smtpd[7]: connect from mail.example.org[198.51.100.7]"),
  at("postfix/smtpd[7]: disconnect from mail.example.org[198.51.100.7] ehlo=1 auth=0/1 quit=1 commands=2/3"),
  at("postfix/smtpd[7]: lost connection after AUTH from unknown[2001:db8::7]"),
  at(
    "postfix/submission/smtpd[7]: 3F2A1C0042: client=pc.example.org[198.51.100.7]:50122, sasl_method=PLAIN, sasl_username=sato",
  ),
  at(
    "postfix/smtpd[7]: warning: unknown[198.51.100.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=sato@example.com",
  ),
  at(
    "postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: 554 5.7.1 <a@b.example>: Relay access denied; from=<x@y.example> to=<a@b.example> proto=ESMTP helo=<pc>",
  ),
  at(
    "postfix/cleanup[8]: 3F2A1C0042: milter-reject: END-OF-MESSAGE from mail.example.org[198.51.100.7]: 5.7.1 Spam; from=<x@y.example> to=<a@b.example> proto=ESMTP helo=<m>",
  ),
  at("postfix/cleanup[8]: 3F2A1C0042: message-id=<1.2@y.example>"),
  at("postfix/qmgr[9]: 3F2A1C0042: from=<x@y.example>, size=2412, nrcpt=1 (queue active)"),
  at("postfix/qmgr[9]: 3F2A1C0042: removed"),
  at(
    "postfix/smtp[10]: 4ZbLkR3pQqz1234: to=<a@b.example>, orig_to=<root>, relay=mx.b.example[203.0.113.9]:25, delay=1.2, delays=0.1/0/0.6/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 1)",
  ),
  at(
    "postfix/smtp[10]: 3F2A1C0042: to=<a@b.example>, relay=none, delay=30, dsn=4.4.1, status=deferred (connect to mx[203.0.113.9]:25: timed out)",
  ),
  at("postfix/pickup[11]: 3F2A1C0042: uid=1000 from=<sato>"),
  at("postfix/postscreen[12]: PREGREET 14 after 0.11 from [198.51.100.7]:40122: EHLO ylmf-pc\\r\\n"),
  at("postfix/postscreen[12]: DNSBL rank 5 for [198.51.100.7]:40122"),
  at(
    "postfix/postscreen[12]: NOQUEUE: reject: RCPT from [198.51.100.7]:40122: 550 5.7.1 Service unavailable; client [198.51.100.7] blocked using bl.example; from=<x@y.example>, to=<a@b.example>, proto=ESMTP, helo=<h>",
  ),
  exim(
    '1o6abc-0003dE-Hx <= x@y.example H=mail.example.org (helo.example) [198.51.100.7]:4711 P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=login:sato S=2412 id=1@y.example T="Hello there" for a@b.example',
  ),
  at(
    'exim[4711]: 1qXabc-000000003dE-HxYz => a@b.example R=dnslookup T=remote_smtp H=mx.b.example [203.0.113.9] X=TLS1.3:x:256 C="250 Ok"',
  ),
  at(
    "exim[4711]: 1o6abc-0003dE-Hx ** a@b.example R=dnslookup T=remote_smtp: SMTP error from remote mail server after RCPT TO: 550 no such user",
  ),
  at("exim[4711]: 1o6abc-0003dE-Hx Completed"),
  exim(
    "plain_login authenticator failed for host.example.org (pc) [198.51.100.7]:4711: 535 Incorrect authentication data (set_id=sato)",
  ),
  exim("H=(pc) [198.51.100.7]:4711 F=<x@y.example> rejected RCPT <a@b.example>: relay not permitted"),
  exim('H=spam.example [198.51.100.7]:4711 temporarily rejected connection in "connect" ACL: "slow down"'),
  at(
    "dovecot: imap-login: Login: user=<sato@example.com>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.5, mpid=71, TLS, session=<ab+c/d>",
  ),
  at(
    "dovecot: pop3-login: Disconnected (auth failed, 3 attempts in 12 secs): user=<sato>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.5, session=<ab>",
  ),
  at(
    "dovecot: auth-worker(12): conn unix:auth-worker (pid=3,uid=109): auth-worker<5>: sql(sato,198.51.100.7,<ab+c>): Password mismatch",
  ),
  at("dovecot: imap(sato)<12><ab+c>: Disconnected: Logged out in=51 out=1024"),
  at("dovecot: lmtp(sato)<12><ab+c>: msgid=<1@y.example>: saved mail to INBOX"),
  "Nov 23 10:00:00 imap-login: Info: Login: user=<sato>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.5, mpid=71, session=<ab>",
  "Nov 23 10:00:00 Info: auth(default): pam(sato,::ffff:198.51.100.7): unknown user",
  at(
    "sendmail[7]: uAN1000Q000007: from=<x@y.example>, size=1042, class=0, nrcpts=1, msgid=<1@y.example>, proto=ESMTP, daemon=MTA, relay=mail.example.org [198.51.100.7]",
  ),
  at(
    "sendmail[7]: uAN1000Q000007: to=<a@b.example>, delay=00:00:01, mailer=esmtp, pri=121042, relay=mx.b.example. [203.0.113.9], dsn=2.0.0, stat=Sent (ok 1)",
  ),
  at(
    "sm-mta[7]: uAN1000Q000007: ruleset=check_rcpt, arg1=<a@b.example>, relay=[198.51.100.7], reject=550 5.7.1 <a@b.example>... Relaying denied",
  ),
  at(
    "smtpd[7]: smtp-in: Accepted message 4296f490 on session 08d856b172f69c5c: from=<x@y.example>, to=<a@b.example>, size=1746, ndest=1, proto=ESMTP",
  ),
];
