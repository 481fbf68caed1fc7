import { type ComponentProps, lazy, Suspense } from "react";
import { cn } from "#lib/cn.ts";
import { whenIdle } from "#lib/idle.ts";
import type { Markdown } from "./markdown.tsx";
import { visible } from "./tree.ts";

const LazyMarkdown = lazy(whenIdle(() => import("./markdown.tsx").then((file) => ({ default: file.Markdown }))));

/** A text in Markdown. Its code is as large as that of a page: until it has loaded, the text is shown as typed. */
export function MarkdownText(props: ComponentProps<typeof Markdown>) {
  return (
    <Suspense
      fallback={
        <p dir="auto" className={cn("min-w-0 [overflow-wrap:anywhere] whitespace-pre-wrap", props.className)}>
          {visible(props.text)}
        </p>
      }
    >
      <LazyMarkdown {...props} />
    </Suspense>
  );
}
