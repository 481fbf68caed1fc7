export const maxTags = 10;
const shape = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,29}$/u;

/** Adds the tags of a text to those that there are. What is no tag stays to be corrected, and says why. */
export function addTags(tags: readonly string[], text: string) {
  const typed = text
    .split(/[,\s]+/)
    .map((word) => word.replace(/^#+/, "").normalize("NFC").toLowerCase())
    .filter(Boolean);
  const fits = typed.filter((tag) => shape.test(tag));
  const rest = typed.filter((tag) => !shape.test(tag)).join(" ");
  const all = [...new Set([...tags, ...fits])];
  const problem =
    rest !== ""
      ? "A tag has 1 to 30 letters, numbers, hyphens, and underscores."
      : all.length > maxTags
        ? `An update has up to ${maxTags} tags.`
        : undefined;
  return { tags: all.slice(0, maxTags), rest, problem };
}
