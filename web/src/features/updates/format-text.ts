/** A change of a text field: what is replaced by what, and what is selected then. */
export type Change = { from: number; to: number; text: string; select: [number, number] };
type Field = { value: string; selectionStart: number; selectionEnd: number };

/** Returns the change that puts marks around the selection, or takes them away. */
export function wrap({ value, selectionStart: start, selectionEnd: end }: Field, mark: string, sample: string): Change {
  const size = mark.length;
  const selected = value.slice(start, end);
  if (start >= size && value.slice(start - size, start) === mark && value.slice(end, end + size) === mark) {
    return { from: start - size, to: end + size, text: selected, select: [start - size, end - size] };
  }
  const text = selected || sample;
  return { from: start, to: end, text: mark + text + mark, select: [start + size, start + size + text.length] };
}

/** Returns the change that makes the selection a link, and selects what is left to type. */
export function link({ value, selectionStart: start, selectionEnd: end }: Field): Change {
  const selected = value.slice(start, end);
  const isAddress = /^(?:https?:\/\/|mailto:)\S+$/.test(selected);
  const [label, address] = isAddress ? ["text", selected] : [selected || "text", "https://"];
  const from = isAddress || selected === "" ? start + 1 : start + label.length + 3;
  const length = isAddress || selected === "" ? label.length : address.length;
  return { from: start, to: end, text: `[${label}](${address})`, select: [from, from + length] };
}

/** Returns the change that begins each selected line with a mark, or takes it away from all. */
export function prefix({ value, selectionStart: start, selectionEnd: end }: Field, mark: string): Change {
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const next = value.indexOf("\n", end);
  const to = next === -1 ? value.length : next;
  const lines = value.slice(from, to).split("\n");
  const isMarked = lines.every((line) => line.startsWith(mark));
  const text = lines.map((line) => (isMarked ? line.slice(mark.length) : mark + line)).join("\n");
  const isOne = lines.length === 1;
  return { from, to, text, select: [isOne ? from + text.length : from, from + text.length] };
}

/** Returns the change that makes the selection code: in its line, or as a block of lines. */
export function code(field: Field): Change {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const selected = value.slice(start, end);
  if (!selected.includes("\n")) return wrap(field, "`", "code");
  const before = start === 0 || value[start - 1] === "\n" ? "```\n" : "\n```\n";
  const text = `${before}${selected.replace(/\n$/, "")}\n\`\`\``;
  return { from: start, to: end, text, select: [start + before.length, start + before.length + selected.length] };
}
