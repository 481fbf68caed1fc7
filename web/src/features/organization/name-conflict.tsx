import { Banner } from "#ui/banner.tsx";

/** Somebody else was faster: both names, so that a person decides. */
export function NameConflict({ mine, theirs }: { mine: string; theirs: string }) {
  return (
    <>
      <Banner tone="warning">The name was changed while you typed. Which one should it have?</Banner>
      <dl className="grid gap-2 sm:grid-cols-2">
        <Value term="Its name now" value={theirs} />
        <Value term="Your name for it" value={mine} isMine />
      </dl>
    </>
  );
}

function Value({ term, value, isMine = false }: { term: string; value: string; isMine?: boolean }) {
  return (
    <div
      className={isMine ? "rounded-lg border border-accent bg-accent-soft p-3" : "rounded-lg border border-border p-3"}
    >
      <dt className={isMine ? "text-xs text-accent-text" : "text-xs text-fg-3"}>{term}</dt>
      <dd className="mt-0.5 font-medium break-words">{value}</dd>
    </div>
  );
}
