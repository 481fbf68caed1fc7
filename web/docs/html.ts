/** Text that is already HTML; everything else is escaped when it enters a page. */
export type Html = { readonly html: string };
type Value = string | number | Html | readonly Html[] | undefined | false;

/** A template whose values are escaped. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  const parts = strings.map((text, i) => text + (i < values.length ? render(values[i]) : ""));
  return { html: parts.join("") };
}

/** Marks where lines may break in a name: after a dot, a slash or an underscore, and never within a word. */
export function code(name: string): Html {
  const parts = name.split(/(?<=[./_])(?=\w)/).map(escaped);
  return { html: `<code>${parts.join("<wbr>")}</code>` };
}

/** Converts the Markdown that the document uses to HTML: paragraphs, lists, headings, code and links. */
export function prose(text: string): Html {
  const blocks = text.trim() === "" ? [] : text.trim().split(/\n{2,}/);
  return { html: blocks.map(blockOf).join("\n") };
}

/** The same for a sentence within a paragraph. */
export const inline = (text: string): Html => ({ html: marked(text) });

/** Returns the fragment of a heading's address. */
export const slug = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "-");

function blockOf(block: string): string {
  if (block.startsWith("## ")) {
    const title = block.slice(3);
    return `<h2 id="${slug(title)}">${marked(title)}</h2>`;
  }
  if (block.startsWith("- ")) {
    const items = block.split(/\n(?=- )/).map((item) => `<li>${marked(item.slice(2))}</li>`);
    return `<ul>${items.join("")}</ul>`;
  }
  return `<p>${marked(block)}</p>`;
}

function marked(text: string): string {
  return text
    .split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/)
    .map((part) => {
      if (part.startsWith("`")) return code(part.slice(1, -1)).html;
      const [, label, target] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
      return label && target ? `<a href="${escaped(target)}">${escaped(label)}</a>` : escaped(part);
    })
    .join("");
}

function render(value: Value): string {
  if (value === undefined || value === false) return "";
  if (Array.isArray(value)) return value.map((one: Html) => one.html).join("\n");
  return typeof value === "object" ? (value as Html).html : escaped(String(value));
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
