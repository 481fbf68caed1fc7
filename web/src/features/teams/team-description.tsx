import { MarkdownText } from "#features/markdown/text.tsx";

/** A description mentions nobody. */
const names = {};

/** What a team is for. */
export function TeamDescription({ text }: { text: string }) {
  return <MarkdownText text={text} names={names} below={1} />;
}
