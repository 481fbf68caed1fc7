/** The beginning of a long text as a feed has it, without the mention that it may end in the middle of. */
export function beginningOf(content: string) {
  return `${content.replace(/@(?:acc|team)_\w*$/, "").trimEnd()} …`;
}
