/** Text that is already HTML; everything else is escaped when it enters a page. */
export type Html = {
  readonly html: string;
};

type Value = string | number | Html | Html[] | undefined;

/** A template whose values are escaped. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  const parts = strings.map((text, index) => text + (index < values.length ? render(values[index]) : ""));
  return { html: parts.join("") };
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Turns web addresses in a text into links. */
export function linked(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s<>"']+)/);
  const shown = parts.map((part, index) =>
    index % 2 === 0 ? escape(part) : `<a href="${escape(part)}" target="_blank" rel="noopener">${escape(part)}</a>`,
  );
  return { html: shown.join("") };
}

function render(value: Value): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map(({ html }) => html).join("");
  if (typeof value === "object") return value.html;
  return escape(String(value));
}
