import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../support/yagura-process.ts";
import { listens, programAt, type Yard } from "./yard.ts";

export const NGINX = programAt("/usr/sbin/nginx");
export const APACHE = programAt("/usr/sbin/apache2");
export const NGINX_WAF = NGINX && programAt("/usr/lib/nginx/modules/ngx_http_modsecurity_module.so");
export const APACHE_WAF = APACHE && programAt("/usr/lib/apache2/modules/mod_security2.so");

/** A rule of our own; what it writes has the shape of any rule set's findings. */
const wafRule = (id: number): string =>
  `SecRule ARGS "@rx (?i:union\\s+select)" "id:${id},phase:2,deny,status:403,log,auditlog,severity:CRITICAL,msg:'SQL in a parameter',tag:'attack-sqli',ver:'own/1.0'"`;
const auditLog = (path: string): string =>
  `SecRuleEngine On
SecRequestBodyAccess On
SecAuditEngine RelevantOnly
SecAuditLogRelevantStatus "^(?:5|4(?!04))"
SecAuditLogParts ABFHZ
SecAuditLogType Serial
SecAuditLogFormat JSON
SecAuditLog ${path}`;

/** nginx whose access and error log go out as syslog of its own; below /waf/ ModSecurity stands in front, where the module is there. */
export async function startNginx(yard: Yard): Promise<string> {
  const folder = await yard.folder("nginx", true);
  const port = await freePort();
  const syslog = `syslog:server=127.0.0.1:${yard.ports.udp},tag=nginx`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const www = await pages(yard);
  await writeFile(join(folder, "waf.conf"), `${auditLog(join(folder, "audit.log"))}\n${wafRule(900_001)}\n`);
  const waf = NGINX_WAF ? `location /waf/ { modsecurity on; modsecurity_rules_file ${join(folder, "waf.conf")}; }` : "";
  const conf = `${NGINX_WAF ? `load_module ${NGINX_WAF};` : ""}
daemon off; worker_processes 1; pid ${join(folder, "pid")}; error_log ${syslog} warn;
events { worker_connections 64; }
http {
  ${temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join(" ")}
  access_log ${syslog} combined;
  server { listen 127.0.0.1:${port}; server_name shop.example.jp; root ${www}; ${waf}
    location /broken/ { proxy_pass http://127.0.0.1:${await freePort()}; } }
}`;
  await writeFile(join(folder, "nginx.conf"), conf);
  const args = ["-e", "/dev/null", "-p", folder, "-c", join(folder, "nginx.conf")];
  await listens(yard.start(NGINX ?? "", args, { isUnprivileged: true }), port);
  return `http://127.0.0.1:${port}`;
}

/** Apache with its logs in files that Yagura follows, and ModSecurity before everything. */
export async function startApache(yard: Yard): Promise<string> {
  const folder = await yard.folder("apache", true);
  const port = await freePort();
  const modules = ["mpm_event", "authz_core", "unique_id", "security2"].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  const conf = `ServerRoot ${folder}
${modules.join("\n")}
ServerName intranet.example.jp
Listen 127.0.0.1:${port}
PidFile ${join(folder, "pid")}
DefaultRuntimeDir ${folder}
DocumentRoot ${await pages(yard)}
ErrorLog ${join(folder, "error.log")}
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
CustomLog ${join(folder, "access.log")} combined
SecDataDir ${folder}
${auditLog(join(folder, "audit.log"))}
${wafRule(900_002)}
`;
  await writeFile(join(folder, "apache.conf"), conf);
  const args = ["-D", "FOREGROUND", "-f", join(folder, "apache.conf")];
  await listens(yard.start(APACHE ?? "", args, { isUnprivileged: true }), port);
  return `http://127.0.0.1:${port}`;
}

async function pages(yard: Yard): Promise<string> {
  const folder = await yard.folder("www");
  await mkdir(join(folder, "waf"), { recursive: true });
  await writeFile(join(folder, "index.html"), "<p>Shop</p>\n");
  return folder;
}
