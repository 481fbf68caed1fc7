import { settings } from "../kernel/ports.ts";
import type { Block, Content } from "./content.ts";

// Styles are in the elements because many mail clients drop style sheets; the sheet only adds the dark colors. The
// frame is made of tables because Outlook supports no other fixed width.

const font = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const styles = {
  page: `margin:0;padding:0;background:#f4f4f5;color:#18181b;font:16px/24px ${font};-webkit-text-size-adjust:100%`,
  frame: "width:100%;max-width:480px",
  brand: `padding:0 4px 16px;font:600 16px/24px ${font};color:#18181b;text-align:left`,
  card: `padding:32px;background:#ffffff;border:1px solid #e4e4e7;border-radius:12px;font:16px/24px ${font};color:#18181b;text-align:left;overflow-wrap:anywhere`,
  heading: "margin:0 0 16px;font-size:22px;line-height:30px;font-weight:600;letter-spacing:-0.2px",
  paragraph: "margin:0 0 16px",
  button: "margin:24px 0",
  section: "margin:24px 0 12px;font-size:16px;line-height:24px;font-weight:600",
  item: "margin:0 0 12px",
  title: "color:#3b5bdb;font-weight:600;text-decoration:none",
  detail: "font-size:13px;line-height:20px;color:#52525b",
  link: "display:inline-block;padding:11px 20px;border-radius:8px;background:#3b5bdb;color:#ffffff;font-weight:600;text-decoration:none",
  quote: "margin:0 0 16px;padding:12px 16px;border-left:3px solid #d4d4d8;border-radius:4px;background:#f4f4f5",
  source: "margin:0 0 4px;font-size:13px;line-height:20px;color:#52525b",
  words: "margin:0",
  code: "margin:0 0 16px;padding:16px;border-radius:8px;background:#f4f4f5;font:600 28px/34px ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px;text-align:center",
  small: "margin:24px 0 0;padding:16px 0 0;border-top:1px solid #e4e4e7;font-size:13px;line-height:20px;color:#52525b",
  last: "margin:8px 0 0;font-size:13px;line-height:20px",
  plain: "color:#52525b",
  hidden: "display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;color:#f4f4f5;opacity:0",
};
const sheet = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:520px){.card{padding:24px 20px!important}}
@media (prefers-color-scheme:dark){
.page{background:#09090b!important;color:#fafafa!important}
.brand{color:#fafafa!important}
.card{background:#18181b!important;border-color:#3f3f46!important;color:#fafafa!important}
.code,.quote{background:#27272a!important}
.quote{border-color:#52525b!important}
.small{border-color:#3f3f46!important}
.small,.source,.detail{color:#a1a1aa!important}
.title{color:#9db2ff!important}
.link{background:#6d8bff!important;color:#0b0f1e!important}
}`;
/** Prevents mail lists from showing what follows the preview. */
const filler = "&#847;&zwnj;&nbsp;".repeat(60);
const table = `role="presentation" cellpadding="0" cellspacing="0" border="0"`;

/** Returns the content as HTML that loads and runs nothing, in the reader's color scheme. */
export function html({ subject, preview, blocks }: Content): string {
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<meta name="x-apple-disable-message-reformatting">
<title>${escape(subject)}</title>
<style>${sheet}</style>
</head>
<body class="page" style="${styles.page}">
<div style="${styles.hidden}">${escape(preview)}${filler}</div>
<div role="article" aria-label="${escape(subject)}" lang="en" dir="ltr">
<table ${table} width="100%" class="page" bgcolor="#f4f4f5" style="${styles.page}"><tr><td align="center" style="padding:32px 12px">
<!--[if mso]><table ${table} width="480"><tr><td><![endif]-->
<table ${table} width="100%" style="${styles.frame}">
<tr><td class="brand" style="${styles.brand}">${escape(settings().productName)}</td></tr>
<tr><td class="card" style="${styles.card}">
${blocks.map(element).join("\n")}
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</div>
</body>
</html>
`;
}

function element(block: Block): string {
  const text = escape(block.text);
  switch (block.kind) {
    case "heading":
      return `<h1 style="${styles.heading}">${text}</h1>`;
    case "link":
      return `<p class="small" style="${styles.last}"><a class="small" href="${escape(block.url)}" style="${styles.plain}">${text}</a></p>`;
    case "section":
      return `<h2 style="${styles.section}">${text}</h2>`;
    case "item":
      return `<p style="${styles.item}"><a class="title" href="${escape(block.url)}" style="${styles.title}">${text}</a><br>
<span class="detail" style="${styles.detail}">${escape(block.detail)}</span></p>`;
    case "paragraph":
      return `<p style="${styles.paragraph}">${text}</p>`;
    case "small":
      return `<p class="small" style="${styles.small}">${text}</p>`;
    case "code":
      return `<p class="code" style="${styles.code}">${text}</p>`;
    case "button":
      return `<p style="${styles.button}"><a class="link" href="${escape(block.url)}" style="${styles.link}">${text}</a></p>`;
    case "quote":
      return `<div class="quote" style="${styles.quote}">
<p class="source" style="${styles.source}">${escape(block.from)}</p>
<p style="${styles.words}">${text.replaceAll(/\r?\n/g, "<br>\n")}</p>
</div>`;
  }
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
// threat: names break out of the HTML of a mail
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
