import { ArrowLeftRight } from "lucide-react";
import type { RevisionChange } from "#lib/setting-layers.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { LoadedChanges } from "./change-row.tsx";
import { changesBetween } from "./history-diff.ts";
import { type RevisionList, useRevisionsBetween } from "./revisions.ts";

type Props = {
  organizationId: string;
  list: RevisionList;
  newest: number;
  /** Nothing, if nothing is compared. */
  from: number | undefined;
  to: number;
  teamName: (change: RevisionChange) => string | undefined;
  onChange: (from: number, to: number) => void;
  onClose: () => void;
};

export function CompareDialog({ from, onClose, ...rest }: Props) {
  return (
    <Dialog isOpen={from !== undefined} onClose={onClose} title="Compare revisions" width="huge">
      {from !== undefined && <Comparison {...rest} from={from} />}
    </Dialog>
  );
}

type ComparisonProps = Omit<Props, "onClose" | "from"> & { from: number };

function Comparison({ list, newest, from, to, teamName, onChange }: ComparisonProps) {
  const { revisions, failure } = useRevisionsBetween(list, from, to);
  const options = useOptions(list, newest);
  const changes = revisions && changesBetween(revisions, from, to);
  return (
    <DialogBody>
      <div className="grid items-center gap-2 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]">
        <NativeSelect
          aria-label="From revision"
          value={String(from)}
          options={options}
          onChoose={(one) => onChange(Number(one), to)}
        />
        <Button
          variant="ghost"
          size="icon"
          aria-label="Swap"
          className="justify-self-center"
          onClick={() => onChange(to, from)}
        >
          <ArrowLeftRight className="max-sm:rotate-90" />
        </Button>
        <NativeSelect
          aria-label="To revision"
          value={String(to)}
          options={options}
          onChoose={(one) => onChange(from, Number(one))}
        />
      </div>
      <LoadedChanges
        label="Differences"
        changes={changes}
        failure={failure}
        none="These revisions are the same."
        teamName={teamName}
      />
    </DialogBody>
  );
}

/** The revisions by number and date: those that are loaded have a date. */
function useOptions(list: RevisionList, newest: number) {
  const format = useFormat();
  const dates = new Map(
    list.data?.pages.flatMap(({ items }) => items.map(({ revision, at }) => [revision, format.date(at)] as const)),
  );
  return Array.from({ length: newest + 1 }, (_, index) => {
    const revision = newest - index;
    const date = dates.get(revision);
    const label = revision === 0 ? "Before the first change" : `Revision ${revision}${date ? ` · ${date}` : ""}`;
    return { value: String(revision), label };
  });
}
