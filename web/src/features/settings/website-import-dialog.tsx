import { decode } from "@muster/core/reading/encoding.ts";
import { fileProblems } from "@muster/core/reading/problems.ts";
import { type ReactNode, useEffect, useState } from "react";
import { plural } from "#lib/format.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { useFileDrop } from "#lib/use-file-drop.ts";
import { useFormat } from "#lib/use-format.ts";
import { Badge } from "#ui/badge.tsx";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { DropVeil, FileButton } from "#ui/drop-zone.tsx";
import { TextareaField } from "#ui/textarea.tsx";
import { type Review, review } from "./website-list.ts";

const typingMs = 250;
/** The most texts of a kind that are shown. */
const maxShown = 100;
const maxWebsites = 50_000;
/** Characters from which on a text field would be slow: such a paste is taken like a file. */
const maxTyped = 100_000;
const maxBytes = 16 * 1024 * 1024;

type Props = {
  list: readonly string[];
  isOpen: boolean;
  onAdd: (patterns: string[]) => void;
  onClose: () => void;
  returnFocus: () => HTMLElement | null;
};

/** Adds many websites from a file or a pasted list, after a review of each line. */
export function WebsiteImportDialog({ list, isOpen, onAdd, onClose, returnFocus }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Add many websites"
      description="One on each line. Of a CSV file, only the first column is read."
      width="wide"
      returnFocus={returnFocus}
    >
      <Content list={list} onAdd={onAdd} onClose={onClose} />
    </Dialog>
  );
}

function Content({ list, onAdd, onClose }: Pick<Props, "list" | "onAdd" | "onClose">) {
  const [text, setText] = useState("");
  const [file, setFile] = useState<{ name: string; text: string }>();
  const [error, setError] = useState<string>();
  const source = file?.text ?? text;
  const { found, share } = useReview(useDebounced(source, file ? 0 : typingMs), list);
  const isHeld = useFileDrop(([dropped]) => dropped && void take(dropped));
  const isReading = source.trim() !== "" && found === undefined;
  const total = list.length + (found?.added.length ?? 0);

  async function take(picked: File) {
    setError(undefined);
    if (picked.size > maxBytes) {
      setError("This file is too large. Use a file of at most 16 MB.");
      return;
    }
    try {
      const read = decode(new Uint8Array(await picked.arrayBuffer()));
      if ("problem" in read) setError(fileProblems[read.problem]);
      else setFile({ name: picked.name, text: read.text });
    } catch {
      setError("This file can’t be read.");
    }
  }

  return (
    <>
      <DropVeil isHeld={isHeld}>Drop the file to review it</DropVeil>
      <DialogBody>
        {file ? (
          <p className="flex items-center justify-between gap-3 rounded-lg border border-border bg-surface-2 py-1.5 pr-1.5 pl-3">
            <span className="min-w-0 truncate font-medium">{file.name}</span>
            <Button size="small" variant="ghost" onClick={() => setFile(undefined)}>
              Choose another
            </Button>
          </p>
        ) : (
          <TextareaField
            label="Websites"
            action={
              <FileButton size="small" variant="ghost" onFile={(picked) => void take(picked)}>
                Choose a file
              </FileButton>
            }
            rows={6}
            placeholder={"facebook.com\nexample.com/private\n*.example.net"}
            autoCapitalize="none"
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
            onPaste={(event) => {
              const pasted = event.clipboardData.getData("text/plain");
              if (pasted.length > maxTyped) {
                event.preventDefault();
                setFile({ name: "Pasted list", text: `${text}\n${pasted}` });
              }
            }}
            className="font-mono text-sm!"
          />
        )}
        {error !== undefined && <Banner tone="danger">{error}</Banner>}
        {isReading && <progress aria-label="Reading" value={share} className="bulk-progress h-1.5 w-full" />}
        {found && source.trim() !== "" && <Result found={found} />}
        {total > maxWebsites && (
          <Banner tone="danger">
            A list has at most {plural(maxWebsites, "website")}. This one would have {plural(total, "website")}.
          </Banner>
        )}
      </DialogBody>
      <DialogActions
        onCancel={onClose}
        action={found && found.added.length > 0 ? `Add ${plural(found.added.length, "website")}` : "Add"}
        onAction={() => {
          onAdd(found?.added ?? []);
          onClose();
        }}
        blocked={whyNot(found, isReading, total)}
      />
    </>
  );
}

function whyNot(found: Review | undefined, isReading: boolean, total: number) {
  if (isReading) {
    return "The list is still being read.";
  }
  if (!found || found.added.length === 0) {
    return "There is no website to add.";
  }
  return total > maxWebsites ? `A list has at most ${plural(maxWebsites, "website")}.` : undefined;
}

/** The review of a text, once it is done; a newer text has one of its own. */
function useReview(text: string, list: readonly string[]) {
  const [last, setLast] = useState<{ text: string; result: Review }>();
  const [share, setShare] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    const read = review(text, list, (done) => {
      if (isCurrent) {
        setShare(done);
      }
      return isCurrent;
    });
    void read.then((result) => {
      if (isCurrent && result) {
        setLast({ text, result });
      }
    });
    return () => {
      isCurrent = false;
    };
  }, [text, list]);
  return { found: last?.text === text ? last.result : undefined, share };
}

function Result({ found: { added, normalized, duplicates, known, refused } }: { found: Review }) {
  const format = useFormat();
  return (
    <div className="grid gap-3">
      <output className="flex flex-wrap gap-1.5">
        <Badge tone={added.length > 0 ? "success" : "neutral"}>{plural(added.length, "new website")}</Badge>
        {known > 0 && <Badge>{plural(known, "is", "are")} in the list already</Badge>}
        {duplicates > 0 && <Badge>{plural(duplicates, "duplicate")} merged</Badge>}
        {normalized.length > 0 && <Badge tone="accent">{format.number(normalized.length)} normalized</Badge>}
        {refused.length > 0 && <Badge tone="warning">{format.number(refused.length)} refused</Badge>}
      </output>
      {refused.length > 0 && (
        <Details title="Refused" count={refused.length} isOpen>
          {refused.slice(0, maxShown).map(({ line, text, reason }) => (
            <li key={line} className="grid gap-x-3 py-1.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)]">
              <span className="flex min-w-0 gap-2">
                <span className="tabular w-10 shrink-0 text-fg-3">{line}</span>
                <code className="truncate font-mono text-xs leading-5">{text}</code>
              </span>
              <span className="text-warning-text max-sm:pl-12">{reason}</span>
            </li>
          ))}
        </Details>
      )}
      {normalized.length > 0 && (
        <Details title="Normalized" count={normalized.length}>
          {normalized.slice(0, maxShown).map(({ text, pattern }) => (
            <li key={text} className="grid grid-cols-2 gap-3 py-1.5">
              <code className="truncate font-mono text-xs leading-5 text-fg-3">{text}</code>
              <code className="truncate font-mono text-xs leading-5">{pattern}</code>
            </li>
          ))}
        </Details>
      )}
    </div>
  );
}

type DetailsProps = { title: string; count: number; isOpen?: boolean; children: ReactNode };

function Details({ title, count, isOpen = false, children }: DetailsProps) {
  return (
    <details open={isOpen} className="rounded-lg border border-border text-sm">
      <summary className="cursor-pointer rounded-lg px-3 py-2 font-medium">{title}</summary>
      <ul className="max-h-60 divide-y divide-border overflow-y-auto border-t border-border px-3">
        {children}
        {count > maxShown && <li className="py-1.5 text-fg-3">and {plural(count - maxShown, "more", "more")}</li>}
      </ul>
    </details>
  );
}
