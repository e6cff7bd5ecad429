/** The words of ordinary days. Names of public sites appear as they do in every proxy log; nothing is ever contacted. */
const SYSTEM32 = "C:\\Windows\\System32";
const EXPLORER = "C:\\Windows\\explorer.exe";
const SERVICES = `${SYSTEM32}\\services.exe`;
const SVCHOST = `${SYSTEM32}\\svchost.exe`;
const OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16";

export const SITES: readonly (readonly [site: string, path: string])[] = [
  ["outlook.office365.com", "/owa/"],
  ["teams.microsoft.com", "/v2/"],
  ["login.microsoftonline.com", "/common/oauth2/v2.0/authorize"],
  ["www.google.com", "/search?q=%E5%9B%B3%E9%9D%A2+%E5%85%AC%E5%B7%AE"],
  ["www.yahoo.co.jp", "/"],
  ["ja.wikipedia.org", "/wiki/%E6%97%8B%E7%9B%A4"],
  ["www.nikkei.com", "/markets/"],
  ["www.jma.go.jp", "/bosai/forecast/"],
  ["www.nta.go.jp", "/taxes/shiraberu/index.htm"],
  ["transit.yahoo.co.jp", "/search/result?from=%E5%A4%A7%E9%98%AA&to=%E6%9D%B1%E4%BA%AC"],
  ["www.straitstimes.com", "/business"],
  ["github.com", "/search?q=cnc&type=repositories"],
  ["stackoverflow.com", "/questions"],
  ["www.youtube.com", "/watch?v=aqz-KE-bpKQ"],
  ["portal.minato-seiki.example", "/news/index.html"],
  ["edi.kitano-parts.example", "/orders/list.html?page=2"],
  ["cdn.jsdelivr.net", "/npm/vue@3.4.21/dist/vue.global.js"],
  ["fonts.gstatic.com", "/s/notosansjp/v52/a.woff2"],
];

export const UPDATE_SITES: readonly (readonly [site: string, path: string])[] = [
  ["download.windowsupdate.com", "/d/msdownload/update/software/secu/2026/11/windows11.0-kb5046617-x64.cab"],
  ["au.download.windowsupdate.com", "/c/msdownload/update/software/defu/2026/11/am_delta_patch_1.421.exe"],
  ["definitionupdates.microsoft.com", "/packages/content/mpsigstub.exe?packageType=Signatures"],
  ["ctldl.windowsupdate.com", "/msdownload/update/v3/static/trustedr/en/disallowedcertstl.cab"],
];

export const BROWSERS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
] as const;

export const CRAWLERS = [
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
] as const;

export const PAGES: readonly (readonly [target: string, status: number])[] = [
  ["/", 200],
  ["/products/spindle/", 200],
  ["/products/spindle/ms-200.html", 200],
  ["/company/access.html", 200],
  ["/ir/library/2026q2.pdf", 200],
  ["/recruit/?utm_source=newsletter&utm_medium=email", 200],
  ["/search?q=%E3%83%9C%E3%83%BC%E3%83%AB%E3%81%AD%E3%81%98&page=2", 200],
  ["/contact/form.php", 200],
  ["/assets/site.css?v=20261101", 304],
  ["/assets/logo.svg", 200],
  ["/favicon.ico", 200],
  ["/robots.txt", 200],
  ["/old/catalog.html", 404],
];

type Program = readonly [image: string, argument: string, parentImage: string];

export const PROGRAMS: readonly Program[] = [
  [`${OFFICE}\\OUTLOOK.EXE`, "", EXPLORER],
  [`${OFFICE}\\EXCEL.EXE`, ' "D:\\share\\見積\\2026年11月.xlsx"', EXPLORER],
  [`${OFFICE}\\WINWORD.EXE`, ' /n "C:\\Users\\{account}\\Documents\\議事録.docx"', EXPLORER],
  [`${OFFICE}\\POWERPNT.EXE`, "", EXPLORER],
  ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "", EXPLORER],
  [
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
    " --type=renderer --lang=ja",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
  [
    "C:\\Program Files\\Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe",
    ' "C:\\Users\\{account}\\Downloads\\図面.pdf"',
    EXPLORER,
  ],
  [`${SYSTEM32}\\notepad.exe`, "", EXPLORER],
  [`${SYSTEM32}\\mstsc.exe`, "", EXPLORER],
  ["C:\\Program Files\\7-Zip\\7zFM.exe", "", EXPLORER],
  ["C:\\Users\\{account}\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe", "", EXPLORER],
  [`${SYSTEM32}\\splwow64.exe`, " 12288", `${OFFICE}\\EXCEL.EXE`],
];

export const SERVICE_PROGRAMS: readonly Program[] = [
  [`${SYSTEM32}\\taskhostw.exe`, "", SVCHOST],
  [`${SYSTEM32}\\backgroundTaskHost.exe`, " -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca", SVCHOST],
  [`${SYSTEM32}\\wbem\\WmiPrvSE.exe`, " -secured -Embedding", SVCHOST],
  [
    `${SYSTEM32}\\SearchProtocolHost.exe`,
    " Global\\UsGthrFltPipeMssGthrPipe1_ 1 -2147483646",
    `${SYSTEM32}\\SearchIndexer.exe`,
  ],
  [
    `${SYSTEM32}\\rundll32.exe`,
    ` ${SYSTEM32}\\shell32.dll,SHCreateLocalServerRunDll {9aa46009-3ce0-458a-a354-715610a075e6}`,
    SVCHOST,
  ],
  [`${SYSTEM32}\\svchost.exe`, " -k netsvcs -p -s wuauserv", SERVICES],
  [`${SYSTEM32}\\sppsvc.exe`, "", SERVICES],
  ["C:\\Program Files\\Windows Defender\\MpCmdRun.exe", " SignatureUpdate -ScheduleJob", SVCHOST],
  [`${SYSTEM32}\\conhost.exe`, " 0xffffffff -ForceV1", "C:\\Program Files\\Windows Defender\\MpCmdRun.exe"],
];

export const MAINTENANCE: readonly Program[] = [
  [
    `${SYSTEM32}\\WindowsPowerShell\\v1.0\\powershell.exe`,
    " -NoProfile -ExecutionPolicy RemoteSigned -File C:\\Scripts\\inventory.ps1",
    SVCHOST,
  ],
  [`${SYSTEM32}\\schtasks.exe`, " /query /fo LIST", `${SYSTEM32}\\cmd.exe`],
  [`${SYSTEM32}\\certutil.exe`, " -verify C:\\Certs\\portal.cer", `${SYSTEM32}\\cmd.exe`],
  [`${SYSTEM32}\\net.exe`, " user n.kobayashi /domain", `${SYSTEM32}\\cmd.exe`],
  ["C:\\Program Files\\7-Zip\\7z.exe", " a D:\\backup\\config-20261123.7z C:\\Scripts", `${SYSTEM32}\\cmd.exe`],
  [`${SYSTEM32}\\wbem\\WMIC.exe`, " os get Caption,Version", `${SYSTEM32}\\cmd.exe`],
];

export const FILES = [
  "見積\\2026年11月.xlsx",
  "図面\\MS-200\\spindle-rev4.dwg",
  "経理\\請求書\\2026-11.pdf",
  "生産\\工程表.xlsx",
  "Procurement\\PO-2026-1123.xlsx",
  "共有\\会議\\議事録.docx",
] as const;

export const CRON_JOBS = [
  "/usr/lib/x86_64-linux-gnu/sysstat/debian-sa1 1 1",
  "cd / && run-parts --report /etc/cron.hourly",
  "/usr/local/bin/edi-fetch --quiet",
  "/usr/local/bin/backup-config",
] as const;

export const SUDO_COMMANDS = [
  "/usr/bin/apt-get -qq update",
  "/usr/bin/systemctl restart nginx",
  "/usr/bin/journalctl --vacuum-time=14d",
  "/usr/bin/install -m 0644 /tmp/edi.conf /etc/edi/edi.conf",
] as const;
