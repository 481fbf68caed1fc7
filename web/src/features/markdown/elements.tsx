import { createElement, type ReactNode } from "react";
import { cn } from "#lib/cn.ts";
import { destinationOf } from "./address.ts";

/** The names of the members and teams that a text mentions, as far as the reader may see them. */
export type MentionNames = Readonly<Record<string, string>>;

type Content = { children: ReactNode };

const headings = ["text-lg font-semibold", "font-semibold", "text-sm font-semibold text-fg-2"];

export function Heading({ rank, depth, children }: Content & { rank: number; depth: number }) {
  const look = headings[Math.min(depth, headings.length) - 1];
  return createElement(`h${Math.min(rank, 6)}`, { dir: "auto", className: cn("mt-1", look) }, children);
}

/** The keyboard scrolls what is wider than its place. */
const scrolling = { tabIndex: 0, className: "overflow-x-auto rounded-lg border border-border" };

export function CodeBlock({ text }: { text: string }) {
  return (
    <pre {...scrolling}>
      <code className="block w-fit min-w-full bg-surface-2 px-3 py-2.5 font-mono text-sm [overflow-wrap:normal]">
        {text}
      </code>
    </pre>
  );
}

export function List({ start, children }: Content & { start: number | undefined }) {
  return start === undefined ? (
    <ul className="grid list-disc gap-1 pl-6">{children}</ul>
  ) : (
    <ol start={start} className="grid list-decimal gap-1 pl-6">
      {children}
    </ol>
  );
}

/** A task says its state, which only an edit of the text changes. */
export function Item({ isDone, children }: Content & { isDone: boolean | undefined }) {
  if (isDone === undefined) {
    return <li className="pl-0.5 *:mt-1 *:first:mt-0">{children}</li>;
  }
  return (
    <li className="-ml-6 flex list-none gap-2">
      <span
        aria-hidden
        className={cn(
          "mt-0.5 grid size-4 shrink-0 place-items-center rounded-sm border text-xs font-semibold",
          isDone ? "border-accent bg-accent text-accent-fg" : "border-control",
        )}
      >
        {isDone && "✓"}
      </span>
      <div className={cn("min-w-0 flex-1", isDone && "text-fg-2")}>
        <span className="sr-only">{isDone ? "Done:" : "To do:"} </span>
        {children}
      </div>
    </li>
  );
}

export function Table({ head, body }: { head: ReactNode; body: ReactNode }) {
  return (
    <figure aria-label="Table" {...scrolling}>
      <table className="w-full text-left text-sm [overflow-wrap:normal]">
        <thead className="border-b border-border bg-surface-2">{head}</thead>
        <tbody>{body}</tbody>
      </table>
    </figure>
  );
}

type CellProps = Content & { isHead: boolean; align: "center" | "right" | undefined };

export function Cell({ isHead, align, children }: CellProps) {
  const look = cn("px-3 py-1.5 align-top", align === "right" && "text-right", align === "center" && "text-center");
  return isHead ? (
    <th dir="auto" className={cn(look, "font-medium")}>
      {children}
    </th>
  ) : (
    <td dir="auto" className={look}>
      {children}
    </td>
  );
}

export function Mention({ id, name }: { id: string; name: string | undefined }) {
  const unknown = id.startsWith("team_") ? "a team" : "Former member";
  return (
    <span
      className={cn(
        "rounded px-1 font-medium",
        name === undefined ? "bg-surface-3" : "bg-accent-soft text-accent-text",
      )}
    >
      @<bdi>{name ?? unknown}</bdi>
    </span>
  );
}

type AwayProps = Content & { address: string; destination?: string | undefined };

/** A link to another site, which learns nothing of this one. */
export function Away({ address, destination, children }: AwayProps) {
  return (
    <a
      href={address}
      title={address}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      className="text-accent-text underline underline-offset-2"
    >
      <bdi>{children}</bdi>
      {destination !== undefined && ` (${destination})`}
    </a>
  );
}

/** An image of another site is opened there: the page itself loads nothing from it. */
export function Image({ address, text }: { address: string; text: string }) {
  return (
    <Away address={address}>
      Show image from {destinationOf(address)}
      {text !== "" && `: ${text}`}
    </Away>
  );
}
