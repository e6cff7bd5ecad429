const STAMP = "msg=audit(1795428000.125:4711):";
const record = (type: string, rest: string): string => `node=srv1 type=${type} ${STAMP} ${rest}`;
const IDS = "auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3";
const NAMES = '\u001dARCH=x86_64 SYSCALL=connect AUID="sato" UID="root" GID="root" EUID="root"';

/** Records of auditd that say at least five of the six answers. */
export const AUDITD_SAMPLES: readonly string[] = [
  record(
    "SYSCALL",
    `arch=c000003e syscall=59 success=yes exit=0 a0=55 a1=7f a2=1 a3=0 items=2 ppid=70 pid=71 ${IDS} comm="id" exe="/usr/bin/id" key=(null)`,
  ),
  record(
    "SYSCALL",
    `arch=c000003e syscall=42 success=no exit=-111 a0=3 ppid=70 pid=71 ${IDS} comm="nc" exe="/usr/bin/nc" key="network_connect_4"${NAMES}`,
  ),
  record(
    "SYSCALL",
    `arch=c000003e syscall=175 success=yes exit=0 ppid=70 pid=71 ${IDS} comm="insmod" exe="/usr/bin/kmod" key="modules"ARCH=x86_64 SYSCALL=init_module AUID="sato"`,
  ),
  record(
    "USER_LOGIN",
    `pid=71 uid=0 auid=1000 ses=3 msg='op=login acct="sato" exe="/usr/sbin/sshd" hostname=198.51.100.7 addr=198.51.100.7 terminal=ssh res=failed'`,
  ),
  record(
    "USER_AUTH",
    `pid=71 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication grantors=? acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=pts/0 res=failed'\u001dUID="root" AUID="unset"`,
  ),
  record(
    "USER_CMD",
    `pid=71 uid=1000 auid=1000 ses=3 msg='cwd="/home/sato" cmd=636174202F6574632F736861646F77 exe="/usr/bin/sudo" terminal=pts/0 res=success'`,
  ),
  record(
    "ADD_USER",
    `pid=71 uid=0 auid=1000 ses=3 msg='op=add-user acct="eve" exe="/usr/sbin/useradd" hostname=? addr=? terminal=pts/0 res=success'`,
  ),
  record(
    "SERVICE_STOP",
    'pid=1 uid=0 auid=4294967295 ses=4294967295 msg=\'unit=auditd comm="systemd" exe="/usr/lib/systemd/systemd" hostname=? addr=? terminal=? res=success\'',
  ),
  record("CONFIG_CHANGE", 'auid=1000 ses=3 op=remove_rule key="passwd" list=4 res=1'),
  record(
    "AVC",
    'avc:  denied  { read } for  pid=71 comm="httpd" name="shadow" dev="dm-0" ino=9 scontext=system_u:system_r:httpd_t:s0 tcontext=system_u:object_r:shadow_t:s0 tclass=file permissive=0',
  ),
  `<13>Nov 23 10:00:00 srv1 audispd: ${record("SYSCALL", `arch=c00000b7 syscall=221 success=yes exit=0 ppid=70 pid=71 ${IDS} comm="id" exe="/usr/bin/id" key=(null)`)}`,
  `<5>Nov 23 10:00:00 srv1 kernel: [49787.970285] audit: type=1400 audit(1795428000.125:88): apparmor="DENIED" operation="open" profile="/usr/sbin/named" name="/etc/shadow" pid=71 comm="named" requested_mask="r" denied_mask="r" fsuid=1000 ouid=0`,
];

/** Records that only continue another one, of the same serial: who did it stands there. */
export const AUDITD_PARTS = {
  execve: record("EXECVE", 'argc=4 a0="bash" a1="-c" a2=6563686F20226F6E65222026262072656D6F7665 a3="CAFE"'),
  long: record("EXECVE", 'argc=2 a0="x" a1_len=8 a1[0]="abcd" a1[1]="efgh"'),
  path: record(
    "PATH",
    'item=1 name=2F686F6D652F7361746F2F6120622E747874 inode=9 dev=08:02 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=CREATE cap_fp=0 cap_frootid=0OUID="root" OGID="root"',
  ),
  title: record("PROCTITLE", "proctitle=6C73002D6C61002F746D70"),
  inet: record("SOCKADDR", "saddr=020001BBCB0071090000000000000000"),
  inet6: record("SOCKADDR", "saddr=0A0001BB0000000020010DB800000000000000000000000700000000"),
  enriched: record(
    "SOCKADDR",
    "saddr=020001BBCB0071090000000000000000\u001dSADDR={ saddr_fam=inet laddr=203.0.113.9 lport=443 }",
  ),
  keys: record(
    "SYSCALL",
    'arch=c000003e syscall=90 success=yes exit=0 ppid=70 pid=71 auid=1000 uid=0 comm="chmod" exe="/usr/bin/chmod" key=7375737001706572',
  ),
  tty: record("TTY", 'tty pid=71 uid=0 auid=1000 ses=3 major=136 minor=0 comm="bash" data=69640D'),
} as const;
