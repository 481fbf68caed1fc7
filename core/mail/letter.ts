import { type Letter, settings } from "../kernel/ports.ts";

/** What a mail says, once: the text and the HTML part are made from the same blocks. */
type Content = {
  subject: string;
  /** Shown beside the subject in a list of mails. */
  preview: string;
  blocks: Block[];
};
type Block =
  | { kind: "heading" | "paragraph" | "small"; text: string }
  | { kind: "code"; text: string }
  | { kind: "button"; text: string; url: string };

/** A sign-in code. The link carries it in the fragment, which no server sees and no scanner can spend. */
export function codeLetter(code: string, url: string): Content {
  const { productName } = settings();
  return {
    subject: `${code} is your ${productName} code`,
    preview: "It is valid for 10 minutes and can be used once.",
    blocks: [
      { kind: "heading", text: `Sign in to ${productName}` },
      { kind: "paragraph", text: "Enter this code where you asked for it:" },
      { kind: "code", text: code },
      { kind: "paragraph", text: "Or continue in the browser in which you asked:" },
      { kind: "button", text: "Continue signing in", url },
      {
        kind: "small",
        text: "The code is valid for 10 minutes and can be used once. If you did not ask for it, ignore this mail: without the code nobody can sign in.",
      },
    ],
  };
}

/** Tells the founder that the organization exists. */
export function createdLetter(organizationName: string, personName: string, url: string): Content {
  const { productName, freeSeats } = settings();
  return {
    subject: `${organizationName} is ready on ${productName}`,
    preview: `You own it, and ${freeSeats === 1 ? "one seat is" : `${freeSeats} seats are`} free of charge.`,
    blocks: [
      { kind: "heading", text: `${organizationName} is ready` },
      { kind: "paragraph", text: `Hello ${personName}, you created the organization ${organizationName} and own it.` },
      {
        kind: "paragraph",
        text: `The free plan has ${freeSeats === 1 ? "one seat" : `${freeSeats} seats`}; yours is one of them.`,
      },
      { kind: "button", text: "Open the organization", url },
      { kind: "small", text: "You receive this mail because you created an organization with this address." },
    ],
  };
}

/** A content as a mail to somebody. `tags` name it in the provider's events. */
export function compose(to: string, content: Content, tags: Record<string, string>): Letter {
  return { to, subject: content.subject, text: plain(content), html: html(content), tags };
}

function plain({ blocks }: Content): string {
  return `${blocks.map((block) => (block.kind === "button" ? `${block.text}:\n${block.url}` : block.text)).join("\n\n")}\n`;
}

// Styles stand in the elements because many mail clients drop style sheets; the sheet only adds the dark colours.

const styles = {
  body: "margin:0;padding:24px 12px;background:#f4f4f5;color:#18181b;font:16px/24px -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif",
  card: "max-width:480px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #e4e4e7;border-radius:12px",
  brand: "max-width:480px;margin:0 auto;padding:0 0 16px;font-weight:600;color:#18181b",
  heading: "margin:0 0 16px;font-size:20px;line-height:28px;font-weight:600",
  paragraph: "margin:0 0 16px",
  small: "margin:24px 0 0;font-size:13px;line-height:20px;color:#52525b",
  code: "margin:0 0 16px;padding:16px;border-radius:8px;background:#f4f4f5;font:600 28px/34px ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px;text-align:center",
  button:
    "display:inline-block;padding:10px 16px;border-radius:6px;background:#18181b;color:#ffffff;font-weight:600;text-decoration:none",
};
const dark = `:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
body{background:#09090b!important;color:#fafafa!important}
.brand{color:#fafafa!important}
.card{background:#18181b!important;border-color:#3f3f46!important}
.code{background:#27272a!important}
.small{color:#a1a1aa!important}
.button{background:#fafafa!important;color:#18181b!important}
}`;

function html({ subject, preview, blocks }: Content): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escape(subject)}</title>
<style>${dark}</style>
</head>
<body style="${styles.body}">
<div style="display:none;max-height:0;overflow:hidden">${escape(preview)}</div>
<div class="brand" style="${styles.brand}">${escape(settings().productName)}</div>
<div class="card" style="${styles.card}">
${blocks.map(element).join("\n")}
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
    case "paragraph":
      return `<p style="${styles.paragraph}">${text}</p>`;
    case "small":
      return `<p class="small" style="${styles.small}">${text}</p>`;
    case "code":
      return `<p class="code" style="${styles.code}">${text}</p>`;
    case "button":
      return `<p style="${styles.paragraph}"><a class="button" href="${escape(block.url)}" style="${styles.button}">${text}</a></p>`;
  }
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
