import type { Action } from "../contract.ts";

/** `59 execve 322 execveat` → number → name. */
const table = (text: string): ReadonlyMap<string, string> => {
  const words = text.trim().split(/\s+/);
  const map = new Map<string, string>();
  for (let i = 0; i + 1 < words.length; i += 2) map.set(words[i] ?? "", words[i + 1] ?? "");
  return map;
};

/** arch (AUDIT_ARCH_*, hex or enriched) → its system calls that rules and readers speak of. Source: Linux syscall tables. */
const X86_64 =
  table(`0 read 1 write 2 open 3 close 41 socket 42 connect 43 accept 44 sendto 49 bind 50 listen 56 clone 57 fork 58 vfork
59 execve 62 kill 76 truncate 77 ftruncate 80 chdir 82 rename 83 mkdir 84 rmdir 85 creat 86 link 87 unlink 88 symlink 90 chmod 91 fchmod
92 chown 93 fchown 94 lchown 101 ptrace 105 setuid 106 setgid 113 setreuid 114 setregid 117 setresuid 119 setresgid 133 mknod
135 personality 155 pivot_root 157 prctl 159 adjtimex 161 chroot 164 settimeofday 165 mount 166 umount2 169 reboot 170 sethostname
171 setdomainname 175 init_module 176 delete_module 188 setxattr 189 lsetxattr 190 fsetxattr 197 removexattr 198 lremovexattr
199 fremovexattr 227 clock_settime 246 kexec_load 257 openat 258 mkdirat 259 mknodat 260 fchownat 263 unlinkat 264 renameat 265 linkat
266 symlinkat 268 fchmodat 272 unshare 288 accept4 304 open_by_handle_at 308 setns 310 process_vm_readv 311 process_vm_writev
313 finit_module 316 renameat2 319 memfd_create 320 kexec_file_load 321 bpf 322 execveat 435 clone3 437 openat2`);
const AARCH64 =
  table(`5 setxattr 33 mknodat 34 mkdirat 35 unlinkat 36 symlinkat 37 linkat 38 renameat 39 umount2 40 mount 51 chroot
52 fchmod 53 fchmodat 54 fchownat 55 fchown 56 openat 57 close 63 read 64 write 97 unshare 104 kexec_load 105 init_module
106 delete_module 112 clock_settime 117 ptrace 129 kill 142 reboot 144 setgid 146 setuid 161 sethostname 170 settimeofday 198 socket
200 bind 201 listen 202 accept 203 connect 206 sendto 220 clone 221 execve 242 accept4 268 setns 270 process_vm_readv
271 process_vm_writev 273 finit_module 276 renameat2 279 memfd_create 280 bpf 281 execveat 437 openat2`);
const I386 =
  table(`2 fork 3 read 4 write 5 open 8 creat 9 link 10 unlink 11 execve 14 mknod 15 chmod 21 mount 23 setuid 26 ptrace
37 kill 38 rename 39 mkdir 40 rmdir 61 chroot 74 sethostname 79 settimeofday 88 reboot 102 socketcall 120 clone 128 init_module
129 delete_module 136 personality 182 chown 295 openat 301 unlinkat 302 renameat 306 fchmodat 350 finit_module 356 memfd_create
357 bpf 358 execveat 359 socket 361 bind 362 connect`);
const BY_ARCH = new Map([
  ["c000003e", X86_64],
  ["x86_64", X86_64],
  ["c00000b7", AARCH64],
  ["aarch64", AARCH64],
  ["40000003", I386],
  ["i386", I386],
]);

/** The name of a system call's number; "" when it is not in the tables. */
export const systemCallName = (arch: string, number: string): string => BY_ARCH.get(arch)?.get(number) ?? "";

/** The kernel's own log has numbers where auditd has names. Source: linux/audit.h, libaudit. */
const TYPES =
  table(`1100 USER_AUTH 1101 USER_ACCT 1102 USER_MGMT 1103 CRED_ACQ 1104 CRED_DISP 1105 USER_START 1106 USER_END
1107 USER_AVC 1108 USER_CHAUTHTOK 1109 USER_ERR 1110 CRED_REFR 1111 USYS_CONFIG 1112 USER_LOGIN 1113 USER_LOGOUT 1114 ADD_USER
1115 DEL_USER 1116 ADD_GROUP 1117 DEL_GROUP 1123 USER_CMD 1124 USER_TTY 1127 SYSTEM_BOOT 1128 SYSTEM_SHUTDOWN 1130 SERVICE_START
1131 SERVICE_STOP 1200 DAEMON_START 1201 DAEMON_END 1202 DAEMON_ABORT 1203 DAEMON_CONFIG 1300 SYSCALL 1302 PATH 1303 IPC
1304 SOCKETCALL 1305 CONFIG_CHANGE 1306 SOCKADDR 1307 CWD 1309 EXECVE 1318 OBJ_PID 1319 TTY 1320 EOE 1323 MMAP 1325 NETFILTER_CFG
1326 SECCOMP 1327 PROCTITLE 1330 KERN_MODULE 1331 FANOTIFY 1334 BPF 1400 AVC 1403 MAC_POLICY_LOAD 1404 MAC_STATUS 1700 ANOM_PROMISCUOUS
1701 ANOM_ABEND 1702 ANOM_LINK`);

/** A record type's name, whether a name, `UNKNOWN[1334]` or a number was written. */
export function recordTypeName(written: string): string {
  const number = /^(?:UNKNOWN\[)?(\d{4})\]?$/.exec(written)?.[1];
  return number === undefined ? written : (TYPES.get(number) ?? written);
}

const actions = (text: string): ReadonlyMap<string, Action> => {
  const map = new Map<string, Action>();
  for (const line of text.trim().split("\n")) {
    const [action = "", ...names] = line.trim().split(/\s+/);
    for (const name of names) map.set(name, asAction(action));
  }
  return map;
};

/** The tables below hold words of ACTIONS only; a test says so. */
const asAction = (word: string): Action => word as Action;

export const ACTION_BY_TYPE = actions(`
logged-on USER_LOGIN
logged-off USER_LOGOUT
credentials-checked USER_AUTH USER_ACCT CRED_ACQ CRED_REFR CRED_DISP USER_ERR
session-opened USER_START LOGIN
session-closed USER_END
command-run USER_CMD TTY USER_TTY
user-created ADD_USER
user-deleted DEL_USER
user-changed USER_MGMT USER_ROLE_CHANGE
user-locked ACCT_LOCK ANOM_LOGIN_FAILURES
user-unlocked ACCT_UNLOCK
group-created ADD_GROUP
group-deleted DEL_GROUP
group-changed GRP_MGMT GRP_CHAUTHTOK
password-changed USER_CHAUTHTOK CHGRP_ID
service-started SERVICE_START DAEMON_START
service-stopped SERVICE_STOP DAEMON_END DAEMON_ABORT
audit-policy-changed CONFIG_CHANGE DAEMON_CONFIG FEATURE_CHANGE
policy-changed MAC_POLICY_LOAD MAC_STATUS MAC_CONFIG_CHANGE
configuration-changed USYS_CONFIG
system-started SYSTEM_BOOT
system-stopped SYSTEM_SHUTDOWN
file-accessed PATH
connection-opened SOCKADDR
object-accessed AVC USER_AVC FANOTIFY OBJ_PID
program-failed ANOM_ABEND
program-blocked SECCOMP
driver-loaded KERN_MODULE BPF
firewall-changed NETFILTER_CFG
anomaly-detected ANOM_PROMISCUOUS ANOM_LINK ANOM_EXEC ANOM_ROOT_TRANS ANOM_LOGIN_LOCATION ANOM_LOGIN_SESSIONS ANOM_LOGIN_TIME
key-used CRYPTO_KEY_USER CRYPTO_SESSION
process-started EXECVE PROCTITLE
`);

export const ACTION_BY_CALL = actions(`
process-started execve execveat
connection-opened connect
port-opened bind listen
file-accessed open openat openat2 open_by_handle_at
file-created creat mknod mknodat mkdir mkdirat memfd_create link linkat symlink symlinkat
file-changed truncate ftruncate
file-deleted unlink unlinkat rmdir
file-renamed rename renameat renameat2
permissions-changed chmod fchmod fchmodat chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
driver-loaded init_module finit_module bpf kexec_load kexec_file_load
process-accessed ptrace process_vm_readv
process-tampered process_vm_writev
process-ended kill
system-time-changed adjtimex settimeofday clock_settime
configuration-changed sethostname setdomainname mount umount2
privilege-used setuid setgid setreuid setregid setresuid setresgid
`);
