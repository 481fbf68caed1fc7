import { describe, expect, test } from "vitest";
import { paste } from "./paste.ts";

/**
 * Blocks as people paste them, and by hand what should be found: a line for each piece, the address and the name; `!`
 * before one that is shown as invalid, unchanged, and `=` before a duplicate.
 */
const blocks: [from: string, block: string, found: string][] = [
  [
    "Outlook's recipients",
    "Ada Lovelace <ada@example.com>; Grace Hopper <grace@example.com>; ",
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "Outlook's recipients, last names first",
    "Lovelace, Ada <ada@example.com>; Hopper, Grace (Navy) <grace@example.com>",
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "Outlook's address book, where an address is its own name",
    "'ada@example.com' <ada@example.com>; 'grace@example.com'; \"edsger@example.com\" <edsger@example.com>",
    `
    ada@example.com
    grace@example.com
    edsger@example.com`,
  ],
  [
    "Outlook's text of a link",
    "ada@example.com<mailto:ada@example.com>\r\nGrace Hopper [mailto:grace@example.com]",
    `
    ada@example.com
    grace@example.com Grace Hopper`,
  ],
  [
    "Outlook's header of a forwarded mail",
    `From: Ada Lovelace [mailto:ada@example.com]
Sent: Tuesday, November 24, 2026 10:00 AM
To: Hopper, Grace; 'edsger@example.com'; Barbara Liskov (barbara@example.com)
Cc: LISKOV Barbara <bl@example.com>
Subject: RE: Lunch`,
    `
    ada@example.com Ada Lovelace
    edsger@example.com
    barbara@example.com Barbara Liskov
    bl@example.com LISKOV Barbara`,
  ],
  [
    "Gmail's recipients",
    'Ada Lovelace <ada@example.com>, grace@example.com, "Dijkstra, Edsger W." <edsger@example.com>,',
    `
    ada@example.com Ada Lovelace
    grace@example.com
    edsger@example.com Edsger W. Dijkstra`,
  ],
  [
    "Gmail's header of a forwarded mail",
    `---------- Forwarded message ---------
From: Ada Lovelace <ada@example.com>
Date: Tue, Nov 24, 2026 at 10:00 AM
Subject: Engines
To: <grace@example.com>, Edsger <edsger@example.com>`,
    `
    ada@example.com Ada Lovelace
    grace@example.com
    edsger@example.com Edsger`,
  ],
  [
    "Gmail's quote",
    `On Tue, 24 Nov 2026 at 10:00, Ada Lovelace <ada@example.com> wrote:
> Ask Grace (grace@example.com) or edsger@example.com.`,
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace
    edsger@example.com`,
  ],
  [
    "Apple Mail's recipients",
    "“Ada Lovelace” <ada@example.com>, ‘Grace Hopper’ <grace@example.com>",
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "Thunderbird's header, folded",
    `To: Ada Lovelace <ada@example.com>, "Hopper, Grace" <grace@example.com>,
\tEdsger Dijkstra <edsger@example.com>`,
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper
    edsger@example.com Edsger Dijkstra`,
  ],
  [
    "a raw header with encoded words",
    "To: =?UTF-8?Q?J=C3=BCrgen_M=C3=BCller?= <juergen@example.de>, =?utf-8?B?w4lsb2RpZQ==?= <elodie@example.fr>,\n =?iso-8859-1?Q?Andr=E9?= <andre@example.fr>",
    `
    juergen@example.de Jürgen Müller
    elodie@example.fr Élodie
    andre@example.fr André`,
  ],
  [
    "the raw text of a quoted-printable mail",
    `Hi,=20
please add =3Cada@example.com=3E, J=C3=BCrgen <juergen@exam=
ple.de> and grace=40example.com=2E`,
    `
    ada@example.com
    juergen@example.de Jürgen
    grace@example.com`,
  ],
  [
    "what quoted-printable left behind",
    "ada=40example.com, =3Cgrace@example.com=3E",
    "ada@example.com\ngrace@example.com",
  ],
  [
    "Excel, two columns",
    "Ada Lovelace\tada@example.com\r\nGrace Hopper\tgrace@example.com\r\n",
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "Google Sheets, with a header and roles",
    "Name\tEmail\tRole\nAda Lovelace\tada@example.com\tadmin\nGrace Hopper\tgrace@example.com\tread",
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "a table whose addresses come first",
    "ada@example.com\tadmin\tAda Lovelace\ngrace@example.com\twrite\tGrace Hopper",
    `
    ada@example.com
    grace@example.com`,
  ],
  ["one column, with an empty cell", "ada@example.com\n\n\ngrace@example.com\n", "ada@example.com\ngrace@example.com"],
  [
    "a CSV file with a header",
    `First Name,Last Name,E-mail,Phone
Ada,Lovelace,ada@example.com,+44 20 7946 0000
"Grace","Hopper","grace@example.com","+1 202 555 0100"`,
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "a German CSV file",
    "Name;E-Mail;Abteilung\nJürgen Groß;juergen@example.de;Einkauf\nÄnne Öz;aenne@example.de;",
    `
    juergen@example.de Jürgen Groß
    aenne@example.de Änne Öz`,
  ],
  [
    "LinkedIn's export of connections",
    `First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ada,Lovelace,https://www.linkedin.com/in/ada,ada@example.com,"Engines, Ltd.",Analyst,24 Nov 2026
Grace,Hopper,https://www.linkedin.com/in/grace,grace@example.com,Navy,Admiral,23 Nov 2026`,
    `
    ada@example.com
    grace@example.com`,
  ],
  [
    "Slack's list of members",
    `Ada Lovelace
ada@example.com
Grace Hopper
grace@example.com`,
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "a page of members, with roles and times",
    `Members
Ada Lovelace  Admin
ada@example.com
Last active: today
Grace Hopper  Member
grace@example.com`,
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "Word's bullets",
    "•\tAda Lovelace – ada@example.com\n•\tgrace@example.com\no\tedsger@example.com\n▪ Barbara Liskov: barbara@example.com",
    `
    ada@example.com Ada Lovelace
    grace@example.com
    edsger@example.com
    barbara@example.com`,
  ],
  [
    "a numbered list",
    "1. ada@example.com\n2. Grace Hopper <grace@example.com>\n3) edsger@example.com",
    `
    ada@example.com
    grace@example.com Grace Hopper
    edsger@example.com`,
  ],
  ["a numbered list without spaces", "1.ada@example.com\n2.grace@example.com", "ada@example.com\ngrace@example.com"],
  [
    "addresses that begin with a number",
    "1.ada@example.com, 2.grace@example.com",
    "1.ada@example.com\n2.grace@example.com",
  ],
  [
    "a list with dashes",
    "-ada@example.com\n- grace@example.com\n* edsger@example.com",
    "ada@example.com\ngrace@example.com\nedsger@example.com",
  ],
  [
    "a vCard",
    `BEGIN:VCARD
VERSION:3.0
N:Lovelace;Ada;;;
FN:Ada Lovelace
ORG:Engines;Analysis
EMAIL;TYPE=INTERNET;TYPE=WORK:ada@example.com
item1.EMAIL;type=INTERNET:ada.home@example.com
TEL;TYPE=CELL:+44 20 7946 0000
END:VCARD
BEGIN:VCARD
EMAIL:grace@example.com
END:VCARD`,
    `
    ada@example.com Ada Lovelace
    ada.home@example.com Ada Lovelace
    grace@example.com`,
  ],
  [
    "mailq",
    `-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------
3A1B2C4D5E     1234 Mon Nov 24 10:00:00  ada@example.com
(connect to mx.example.net[192.0.2.1]:25: Connection refused)
                                         grace@example.net`,
    "ada@example.com\ngrace@example.net",
  ],
  [
    "a mail server's log",
    "to=<ada@example.com>, relay=mx[192.0.2.1]:25, status=sent, orig_to=<grace@example.com>",
    "ada@example.com\ngrace@example.com",
  ],
  [
    "JSON",
    '{"users":[{"name":"Ada Lovelace","email":"ada@example.com"},{"name":"Grace Hopper","email":"grace@example.com"}]}',
    "ada@example.com\ngrace@example.com",
  ],
  [
    "a table in Markdown",
    "| Name | Mail |\n|---|---|\n| Ada Lovelace | ada@example.com |\n| Grace Hopper | `grace@example.com` |",
    `
    ada@example.com Ada Lovelace
    grace@example.com Grace Hopper`,
  ],
  [
    "links in Markdown",
    "[Ada](mailto:ada@example.com) and [grace@example.com](mailto:grace@example.com?subject=Hello%20you)",
    `
    ada@example.com Ada
    grace@example.com`,
  ],
  [
    "the source of a page",
    '<a href="mailto:ada@example.com">ada@example.com</a>, &lt;grace@example.com&gt;',
    "ada@example.com\ngrace@example.com",
  ],
  [
    "mailto links",
    "mailto:ada@example.com?cc=grace@example.com&subject=Hi\nmailto:edsger%40example.com",
    "ada@example.com\ngrace@example.com\nedsger@example.com",
  ],
  [
    "a group (RFC 5322)",
    "Team: ada@example.com, Grace <grace@example.com>;",
    "ada@example.com\ngrace@example.com Grace",
  ],
  [
    "comments (RFC 5322)",
    "ada@example.com (Ada Lovelace), grace@example.com (see me)",
    "ada@example.com Ada Lovelace\ngrace@example.com",
  ],
  [
    "prose",
    "Please invite Ada Lovelace at ada@example.com, and maybe grace@example.com too—or edsger@example.com—thanks!",
    "ada@example.com\ngrace@example.com\nedsger@example.com",
  ],
  [
    "prose with a possessive",
    "It is on ada@example.com's desk (or at grace@example.com).",
    "ada@example.com\ngrace@example.com",
  ],
  [
    "a signature",
    `Best regards
Ada Lovelace
Head of Engines
Tel. +44 20 7946 0000 | Fax: +44 20 7946 0001
ada@example.com | www.example.com`,
    "ada@example.com",
  ],
  [
    "French names",
    "Élodie D’Angelo <elodie@example.fr>; Jean-Luc de la Tour <jl@example.fr>; OEUVRÉ, Zoë <zoe@example.fr>",
    `
    elodie@example.fr Élodie D’Angelo
    jl@example.fr Jean-Luc de la Tour
    zoe@example.fr Zoë OEUVRÉ`,
  ],
  [
    "German names",
    "Von: Jürgen von der Heide <jvdh@example.de>\nAn: Dr. Änne Groß <aenne@example.de>; Müller, Jörg <joerg@example.de>",
    `
    jvdh@example.de Jürgen von der Heide
    aenne@example.de Dr. Änne Groß
    joerg@example.de Jörg Müller`,
  ],
  [
    "Japanese names",
    "山田　太郎 <taro@example.jp>、鈴木花子＜hanako＠example．jp＞",
    `
    taro@example.jp 山田 太郎
    hanako@example.jp 鈴木花子`,
  ],
  [
    "Japanese prose",
    "連絡先はada@example.comです。または「grace@example.com」まで。",
    "ada@example.com\ngrace@example.com",
  ],
  [
    "Chinese, without spaces",
    "邮箱：zhangwei@example.cn；王芳wangfang@example.cn",
    "zhangwei@example.cn\nwangfang@example.cn",
  ],
  [
    "Arabic names",
    "أحمد محمد <ahmad@example.com>، ليلى <layla@example.com>؛ \u200fomar@example.com\u200f",
    `
    ahmad@example.com أحمد محمد
    layla@example.com ليلى
    omar@example.com`,
  ],
  [
    "Korean, Russian, Greek and Hindi names",
    "김철수 <kim@example.kr>, Иван Иванов <ivan@example.ru>, Νίκος <nikos@example.gr>, प्रिया <priya@example.in>",
    `
    kim@example.kr 김철수
    ivan@example.ru Иван Иванов
    nikos@example.gr Νίκος
    priya@example.in प्रिया`,
  ],
  ["full width", "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ，grace﹫example.com", "ada@example.com\ngrace@example.com"],
  [
    "invisible characters",
    "\ufeffada@exam\u200bple.com\u00a0;\u00a0gra\u00adce@example.com \u2060",
    "ada@example.com\ngrace@example.com",
  ],
  [
    "many angle brackets",
    "<<ada@example.com>>, <grace@example.com>., <edsger@example.com",
    "ada@example.com\ngrace@example.com\nedsger@example.com",
  ],
  [
    "emphasis",
    "**ada@example.com**, _grace@example.com_, `edsger@example.com`",
    "ada@example.com\ngrace@example.com\nedsger@example.com",
  ],
  [
    "names with @",
    'Ada @ Acme <ada@example.com>; "Grace @ Navy" <grace@example.com>',
    "ada@example.com Ada\ngrace@example.com",
  ],
  [
    "titles",
    '"Ada Lovelace, PhD" <ada@example.com>; Grace Hopper, Jr. <grace@example.com>',
    "ada@example.com Ada Lovelace, PhD\ngrace@example.com Grace Hopper, Jr.",
  ],
  ["pronouns", "Ada Lovelace (she/her) <ada@example.com>", "ada@example.com Ada Lovelace"],
  [
    "another case",
    "Ada@Example.com ada@example.com; ADA@EXAMPLE.COM",
    "ada@example.com\n= ada@example.com\n= ada@example.com",
  ],
  [
    "any separators",
    "ada@example.com|grace@example.com/edsger@example.com;;,\tbarbara@example.com",
    "ada@example.com\ngrace@example.com\nedsger@example.com\nbarbara@example.com",
  ],
  [
    "addresses of other alphabets",
    "jürgen@example.de, ada@exämple.com; ada@example.日本 田中@example.jp",
    "! jürgen@example.de\nada@xn--exmple-cua.com\n! ada@example.日本\n! 田中@example.jp",
  ],
  [
    "domains of scripts without spaces, in their lists",
    "taro@例え.jp、花子 <hanako@例え.テスト>；li@中国.com，somchai@ตัวอย่าง.ไทย mail@post.日本.jp bob@日本go.jp",
    "taro@xn--r8jz45g.jp\nhanako@xn--r8jz45g.xn--zckzah 花子\nli@xn--fiqs8s.com\nsomchai@xn--72c1a1bt4awk9o.xn--o3cw4h\nmail@post.xn--wgv71a.jp\n! bob@日本go.jp",
  ],
  [
    "sentences that go on after an address",
    "連絡はada@example.comまで、grace@example.com.よろしく edsger@example.日本です",
    "ada@example.com\n! grace@example.com.よろしく\n! edsger@example.日本です",
  ],
  [
    "typing errors",
    "ada@, @example.com, ada@localhost; ada@@example.com ada@example..com, ada.@example.com",
    "! ada@\n! @example.com\n! ada@localhost\n! ada@@example.com\n! ada@example..com\n! ada.@example.com",
  ],
  [
    "spaces around the @",
    "ada @ example.com, grace @example.com; edsger@ example.com",
    "! ada @ example.com\n! grace @example.com\n! edsger@",
  ],
  ["addresses run together", "ada@example.comgrace@example.com", "! ada@example.comgrace@example.com"],
  [
    "spelled out to fool robots",
    "ada (at) example.com; grace[at]example.com",
    "! ada (at) example.com\n! grace[at]example.com",
  ],
  [
    "a quoted local part, which cannot be emailed",
    '"ada lovelace"@example.com, ada@[192.0.2.1]',
    '! "ada lovelace"@example.com\n! ada@',
  ],
  ["rulers", "==========\nada@example.com\n==========\ngrace@example.com\n=", "ada@example.com\ngrace@example.com"],
  ["nothing", " \n,;\t<>\"'()", ""],
  [
    "addresses of servers, with who signs in there",
    `https://user:secret@example.com
postgres://muster:s3cr3t@db.example.com:5432/muster
DATABASE_URL="mysql://root@example.com"
git clone ssh://git@example.com and (ftp://anonymous:ada@example.org)
https://user:p@ss@example.com https://user:se,cr;et@example.com
HTTPS：//user@example.com //user:secret@example.com see:https://user@example.com
[docs](https://user:se(cr)et@example.com) <https://user:"quoted"@example.com>
https://user:${"s".repeat(400)},secret@example.com`,
    "",
  ],
  [
    "addresses beside those of servers",
    `https://example.com,ada@example.com
https://example.com:8080;grace@example.com
edsger@example.com https://user:secret@example.com barbara@example.com
mailto://donald@example.com
margaret@example.com/https://example.com
//alan@example.com`,
    `
    ada@example.com
    grace@example.com
    edsger@example.com
    barbara@example.com
    donald@example.com
    margaret@example.com
    alan@example.com`,
  ],
  ["words", "Please invite the team. Thanks! https://example.com/@ada", ""],
];

describe("a pasted block", () => {
  test.each(blocks)("of %s", (_, block, found) => {
    const lines = found.split("\n").map((line) => line.trim());
    expect(paste(block).map(shown)).toEqual(lines.filter((line) => line !== ""));
  });

  test("appears often enough", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(60);
  });
});

function shown({ text, email, name, problem }: ReturnType<typeof paste>[number]): string {
  if (problem === "invalid") return `! ${text}`;
  return [problem === "duplicate" && "=", email, name].filter(Boolean).join(" ");
}
