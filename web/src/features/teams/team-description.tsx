import { lazy, Suspense } from "react";

const Markdown = lazy(() => import("#features/markdown/markdown.tsx").then((file) => ({ default: file.Markdown })));
/** A description mentions nobody. */
const names = {};

/** What a team is for. Until the code for Markdown has loaded, with the first updates, it is shown as typed. */
export function TeamDescription({ text }: { text: string }) {
  return (
    <Suspense
      fallback={
        <p dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
          {text}
        </p>
      }
    >
      <Markdown text={text} names={names} below={1} />
    </Suspense>
  );
}
