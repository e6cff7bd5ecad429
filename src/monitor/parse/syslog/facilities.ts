/** Names of syslog's facilities 0–23. Source: RFC 5424 §6.2.1, with the short names that syslog.conf uses. */
export const FACILITIES: readonly string[] =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7".split(
    " ",
  );
