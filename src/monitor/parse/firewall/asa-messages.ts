import type { Deed } from "./answer.ts";
import {
  ALLOWED,
  attackDeed,
  CONFIGURED,
  DENIED,
  ENDED,
  FAILED,
  LOGGED_OFF,
  LOGGED_ON,
  LOGON_FAILED,
  OPENED,
} from "./answer.ts";

/**
 * How the ends of a message are read. `flow`: the first is the source, the second the destination. `session`: a user's session, whose
 * only end is the user's. `translation`: the second end is what the first is translated to.
 */
export type Ends = "flow" | "session" | "translation";
export type AsaMessage = { readonly deed: Deed; readonly ends: Ends };

const MESSAGES = new Map<string, AsaMessage>();

function add(deed: Deed, codes: string, ends: Ends = "flow"): void {
  for (const code of codes.split(" ")) MESSAGES.set(code, { deed, ends });
}

// Numbers and meanings: Cisco Secure Firewall ASA Series Syslog Messages.
add(
  DENIED,
  "106001 106002 106006 106007 106010 106011 106012 106013 106014 106015 106018 106020 106021 106022 106023 106027 107001 107002 " +
    "201010 201011 209003 209004 209005 313001 313004 313005 313008 313009 322001 406001 406002 407002 410001 418001 419001 419002 " +
    "201008 710004 420002 420003 421001 434002 500003 500004 710003 710005 710006 733102 401004",
);
add(attackDeed("denied"), "106016 106017 400007 400023 400032 338004 338006 338008 338010 401002 415003 420001 430001");
add(
  attackDeed(""),
  "405001 405003 338001 338002 338003 338005 338007 338009 338202 338204 733100 733101 733103 733104 733105 400000 400001 400002 400003 400004 400005 " +
    "400006 400008 400009 400010 400011 400012 400013 400014 400015 400016 400017 400018 400019 400020 400021 400022 400024 400025 400026 " +
    "400027 400028 400029 400030 400031 400033",
);
add(
  OPENED,
  "302013 302015 302017 302020 302003 302025 302027 302303 602303 702305 713049 713119 713120 713121 750006 710002 606003",
);
add(ENDED, "302014 302016 302018 302021 302004 302026 302028 302304 602304 713050 713259 750007 606004");
add(OPENED, "305009 305011 305014", "translation");
add(ENDED, "305010 305012 305015", "translation");
add(
  FAILED,
  "305005 305006 305013 110002 110003 201002 201003 202001 202010 210005 713903 713902 713236 713122 713123 602304",
);
add(ALLOWED, "106100 106102 303002 421002 421007 434004");
add(LOGGED_ON, "109005 109007 605005 611101 113004 113008 113012 308002 716038 772002");
add(
  LOGON_FAILED,
  "109006 109008 109025 109024 605004 611102 113005 113015 113016 113017 113021 308001 716039 713166 713167 713198 772003 772004 109031",
  "flow",
);
add(LOGGED_ON, "113039 716001 722022 722033 722034 722051 713228 734001 751025 746012", "session");
add(LOGGED_OFF, "113019 716002 722023 722037 722036 716058 746013", "session");
add(["session-reconnected", "success"], "716059 722032", "session");
add(LOGGED_OFF, "611103 315011");
add(["user-locked", "success"], "113006");
add(["user-unlocked", "success"], "113007");
add(["privileges-assigned", "success"], "113003 113009 113011 113013", "session");
add(["credentials-checked", "unknown"], "109001 409023 113010 113014 113020 113022 113023");
add(["command-run", "success"], "111008 111009 111010");
add(CONFIGURED, "111001 111002 111004 111005 111007 112001 208005 504001 504002 502111 502112");
add(["log-cleared", "success"], "111003");
add(["user-created", "success"], "502101");
add(["user-deleted", "success"], "502102");
add(["user-changed", "success"], "502103");
add(["http-request", "success"], "304001");
add(["http-request-denied", "failure"], "304002");
add(["firewall-rule-added", "success"], "338302");
add(["firewall-rule-deleted", "success"], "338303");
add(["system-time-changed", "success"], "771002");
add(["service-started", "success"], "505001 505015");
add(["service-stopped", "success"], "505002 505006");
add(["system-started", "success"], "199002 199005 199006");
add(["system-stopped", "success"], "199001");
add(["service-failed", "failure"], "103001 104002 105043 101001 505011 323001 323006 747011 321006");

export const asaMessage = (code: string): AsaMessage | undefined => MESSAGES.get(code);
