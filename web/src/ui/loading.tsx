import { createElement, Fragment, type ReactNode } from "react";
import { cn } from "#lib/cn.ts";
import { Skeleton } from "./skeleton.tsx";

type Props = { what: string; className?: string | undefined; lines?: readonly string[]; children?: ReactNode };

/** A part of the page that is loading: gray lines of these sizes to see, a word for screen readers. */
export function Loading({ what, className, lines = [], children }: Props) {
  return (
    <div aria-busy="true" className={className}>
      <span className="sr-only">Loading {what}…</span>
      {repeated(lines)}
      {children}
    </div>
  );
}

/** Gray lines of these sizes, one below the other. */
export function Lines({ of, className = "grid gap-2" }: { of: readonly string[]; className?: string }) {
  return <div className={className}>{repeated(of)}</div>;
}

const repeated = (sizes: readonly string[]) =>
  createElement(Fragment, null, ...sizes.map((size) => createElement(Skeleton, { className: size })));

type RowsProps = { what: string; count?: number; picture?: string; lines: readonly string[]; end?: string };

/** A list that is loading: each row has lines, perhaps between a picture and what is at its end. */
export function LoadingRows({ what, count = 3, className, ...row }: RowsProps & { className?: string }) {
  return (
    <Loading what={what} className={cn("divide-y divide-border", className)}>
      {createElement(Fragment, null, ...Array.from({ length: count }, () => createElement(Row, row)))}
    </Loading>
  );
}

function Row({ picture, lines, end }: Pick<RowsProps, "picture" | "lines" | "end">) {
  return (
    <div className="flex min-h-15 items-center gap-3 px-5 py-2.5">
      {picture && <Skeleton className={cn("shrink-0", picture)} />}
      <Lines of={lines} className="grid min-w-0 flex-1 gap-2" />
      {end && <Skeleton className={cn("ml-auto", end)} />}
    </div>
  );
}
