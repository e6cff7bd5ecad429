import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { decodeText, ENCODINGS, type Encoding, encodingOf, sniffUtf16, unitsOf } from "./index.ts";
import { charactersOf, encodeText } from "./testing.ts";

const LINES = [
  "2026-11-27 09:15:02 ユーザー tanaka がログインに失敗しました",
  "ファイアウォール: 通信を拒否しました src=10.0.0.5 dst=203.0.113.9",
  "【警告】サービス「経理システム」が停止しました。",
  "入退室,2026/11/27 08:59:03,佐藤 花子,本社3階 サーバー室,入室,許可",
  "C:\\共有\\営業部\\見積書\\表紙.xls を削除しました（利用者：suzuki）",
  "接続元 192.168.1.20 から管理者権限で実行",
  "プリンタのトナー残量が少なくなっています",
  "<134>Nov 27 09:15:02 fw01 policy: 許可 外部→内部",
  "メール送信エラー：宛先が見つかりません",
  "認証成功",
  "エラー",
  "バックアップを開始しました",
  "時刻同期が完了しました",
  "①回線切断 ②再接続",
  "Event 4625: アカウントがログオンに失敗しました。 アカウント名: Administrator ドメイン: 営業",
  "不正アクセスを検知: 攻撃元=198.51.100.7 種別=SQLインジェクション 処置=遮断",
  "株式会社山田商店 鈴木一郎 様",
];
const HALF_WIDTH = ["ｴﾗｰ", "ﾃｽﾄ", "ﾛｸﾞｵﾝ ｼｯﾊﾟｲ ﾕｰｻﾞｰ=tanaka", "ﾌﾟﾘﾝﾀｰ ｴﾗｰ", "ｻｰﾊﾞｰ ﾃﾞｰﾀﾍﾞｰｽ ｾﾂｿﾞｸ"];
const LATIN = [
  "Échec de la connexion de l’utilisateur André",
  "Anmeldung für Müller fehlgeschlagen: Schlüssel ungültig, Straße Größe",
  "contraseña incorrecta para señor Núñez",
  "café",
  "l’école d’État à l’étage",
  "user “admin” didn’t log on – 25 °C",
  "Connexion échouée depuis 10.0.0.1",
  "Användaren Åsa Öberg loggade på från kontoret",
];
const JAPANESE = ["utf-8", "shift_jis", "euc-jp", "iso-2022-jp"] as const;

describe("The encoding of a line", () => {
  test.each(LINES.flatMap((line) => JAPANESE.map((encoding) => [encoding, line] as const)))(
    "is found: %s, %s",
    (encoding, line) => {
      expect(decodeText(encodeText(line, encoding))).toEqual({ text: line, encoding });
    },
  );

  test.each(["①", "№5", "㈱山田", "髙橋", "山﨑", "～", "∥－￠￡￢", "錠"])(
    "is Shift_JIS as Windows has it: %s",
    (line) => {
      expect(decodeText(encodeText(line, "shift_jis"))).toEqual({ text: line, encoding: "shift_jis" });
    },
  );

  test.each(HALF_WIDTH)("is Shift_JIS in half-width kana: %s", (line) => {
    expect(decodeText(encodeText(line, "shift_jis"))).toEqual({ text: line, encoding: "shift_jis" });
  });

  test.each(LATIN)("is Windows-1252 in Western languages: %s", (line) => {
    expect(decodeText(encodeText(line, "windows-1252"))).toEqual({ text: line, encoding: "windows-1252" });
  });

  test.each(["utf-16le", "utf-16be"] as const)(
    "is %s by its mark, and without one by the zero bytes of its ASCII",
    (encoding) => {
      for (const line of LINES.filter((text) => /[ -~]{4}/.test(text))) {
        expect(decodeText(encodeText(line, encoding))).toEqual({ text: line, encoding });
      }
      expect(decodeText(encodeText("\ufeff認証成功", encoding))).toEqual({ text: "認証成功", encoding });
    },
  );

  it("is UTF-8 for every valid UTF-8 text, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        fc.pre(!text.includes("\0") && !text.includes("\u001b"));
        expect(decodeText(Buffer.from(text))).toEqual({ text: Buffer.from(text).toString(), encoding: "utf-8" });
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["texts with zero bytes between them", "user\0tanaka\0host\0web-01\0"],
    ["colors of a terminal", "\x1b[31mfailed\x1b[0m for tanaka"],
    ["an escape that switches to nothing", "\x1b$Bkept as it is\x1b$C"],
    ["an escape sequence that only resets", "reset\x1b(B done"],
  ])("is UTF-8 for %s", (_, text) => {
    expect(decodeText(Buffer.from(text))).toEqual({ text, encoding: "utf-8" });
  });

  test.each(LINES)("is UTF-8 where a sender has cut a line within a character: %s", (line) => {
    const bytes = Buffer.from(`${line}済`);
    for (const cut of [1, 2]) {
      const { text, encoding } = decodeText(bytes.subarray(0, -cut));
      expect([encoding, text.startsWith(line)]).toEqual(["utf-8", true]);
    }
  });

  test.each(["shift_jis", "euc-jp"] as const)("is %s where a sender has cut a line within a character", (encoding) => {
    for (const line of LINES) {
      const found = decodeText(encodeText(`${line}済`, encoding).subarray(0, -1));
      expect([found.encoding, found.text.startsWith(line)]).toEqual([encoding, true]);
    }
  });

  it("is found for each line of its own where lines are mixed", () => {
    const line = fc.record({ text: fc.constantFrom(...LINES), encoding: fc.constantFrom(...JAPANESE) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        for (const { text, encoding } of lines)
          expect(decodeText(encodeText(text, encoding))).toEqual({ text, encoding });
      }),
    );
  });

  it("never throws, and gives text", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom("auto", "nonsense", ...ENCODINGS),
        (bytes, pinned) => {
          const { text, encoding } = decodeText(Buffer.from(bytes), pinned);
          expect(text.isWellFormed()).toBe(true);
          expect(ENCODINGS).toContain(encoding);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("A pinned encoding", () => {
  const ascii = fc.string({ unit: fc.constantFrom(..."abcXYZ 019=/:"), maxLength: 10 });
  test.each(["shift_jis", "euc-jp", "iso-2022-jp", "windows-1252"] as const)(
    "gives back any text of %s",
    (encoding) => {
      const own = charactersOf(encoding === "iso-2022-jp" ? "shift_jis" : encoding).filter(
        (char) => encoding !== "iso-2022-jp" || isInJisX0208(char),
      );
      const word = fc.string({ unit: fc.constantFrom(...own), minLength: 1, maxLength: 20 });
      fc.assert(
        fc.property(ascii, word, ascii, (before, text, after) => {
          const whole = `${before}${text}${after}`;
          const bytes = encodeText(whole, encoding);
          // What is valid UTF-8 as well may read the same in it.
          expect(decodeText(bytes, encoding).text).toBe(whole);
        }),
        { numRuns: 500 },
      );
    },
  );

  test.each(["utf-16le", "utf-16be", "utf-8"] as const)("gives back any text of %s", (encoding) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        expect(decodeText(encodeText(text, encoding), encoding).text).toBe(text);
      }),
    );
  });

  it("yields to valid UTF-8 where the bytes are no text in it", () => {
    expect(decodeText(Buffer.from("接続元を遮断"), "euc-jp").text).toBe("接続元を遮断");
    expect(decodeText(Buffer.from("odd"), "utf-16le").text).toBe("odd");
  });

  it("decides where nothing else can: the same bytes are two texts", () => {
    const bytes = encodeText("ﾐｶ", "shift_jis");
    expect(decodeText(bytes).encoding).toBe("utf-8");
    expect(decodeText(bytes, "shift_jis")).toEqual({ text: "ﾐｶ", encoding: "shift_jis" });
  });

  it("takes what ISO-2022-JP calls Roman for ASCII: paths keep their backslashes", () => {
    const bytes = Buffer.concat([encodeText("共有", "iso-2022-jp").subarray(0, -1), Buffer.from("JC:\\temp~1")]);
    expect(decodeText(bytes)).toEqual({ text: "共有C:\\temp~1", encoding: "iso-2022-jp" });
    expect(decodeText(bytes, "iso-2022-jp").text).toBe("共有C:\\temp~1");
  });

  it("starts each line anew after a damaged one", () => {
    for (const encoding of ENCODINGS) {
      decodeText(Buffer.from([0x1b, 0x24, 0x42, 0x34, 0x41, 0x80, 0x34]), encoding);
      decodeText(Buffer.from([0xe6]), encoding);
      expect(decodeText(encodeText("ABC", encoding), encoding).text).toBe("ABC");
    }
  });

  it("leaves plain ASCII alone", () => {
    for (const encoding of JAPANESE) expect(decodeText(Buffer.from("C:\\a|b"), encoding).encoding).toBe("utf-8");
  });

  test.each([
    ["Windows-31J", "shift_jis"],
    ["sjis", "shift_jis"],
    ["CP932", "shift_jis"],
    ["EUC-JP", "euc-jp"],
    ["latin1", "windows-1252"],
    ["UTF-16", "utf-16le"],
    ["utf8", "utf-8"],
    ["koi8-r", undefined],
    ["", undefined],
  ])("may be named %s", (label, encoding) => {
    expect(encodingOf(label)).toBe(encoding);
  });
});

describe("A stream in units of its encoding", () => {
  const text = fc.string({
    unit: fc.constantFrom("表", "能", "ソ", "a", '"', "\\", "{", "}", "\n", "〝"),
    maxLength: 40,
  });
  test.each(["utf-8", "utf-16le", "utf-16be", "shift_jis", "euc-jp", "iso-2022-jp"] as const)(
    "shows the ASCII characters of %s where they are, and no others, however it is cut",
    (encoding: Encoding) => {
      fc.assert(
        fc.property(text, fc.integer({ min: 1, max: 7 }), (content, size) => {
          const bytes = encodeText(content, encoding);
          const units = unitsOf(encoding);
          const seen: number[] = [];
          const back: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += size) {
            const piece = units.see(bytes.subarray(at, at + size));
            expect(piece.bytes.length).toBe(piece.units.length * units.width);
            seen.push(...piece.units);
            back.push(piece.bytes);
          }
          expect(Buffer.concat([...back, units.rest()])).toEqual(bytes);
          const ascii = seen.filter((unit) => unit < 0x80 && unit !== 0x1b);
          expect(Buffer.from(ascii).toString()).toBe([...content].filter((char) => char <= "\x7f").join(""));
        }),
      );
    },
  );

  it("is known to be UTF-16 from its head", () => {
    expect(sniffUtf16(encodeText("日時,利用者\r\n2026-11-27 09:00,田中\r\n", "utf-16be"))).toBe("utf-16be");
    expect(sniffUtf16(Buffer.from("key\0value\0key\0value\0"))).toBeUndefined();
  });
});

const isInJisX0208 = (char: string): boolean => {
  const bytes = (() => {
    try {
      return encodeText(char, "euc-jp");
    } catch {
      return undefined;
    }
  })();
  return bytes !== undefined && bytes.length === 2 && bytes[0] !== 0x8e;
};
