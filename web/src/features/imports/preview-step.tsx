import { presetDays } from "@muster/core/invitation/limits.ts";
import type { Reading } from "@muster/core/reading/columns.ts";
import { teamKey } from "@muster/core/reading/judge.ts";
import type { ColumnName } from "@muster/core/reading/shape.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { FileSpreadsheet, RefreshCw } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { lifetimes } from "#features/invitations/lifetimes.ts";
import type { Organization } from "#lib/api.ts";
import { focusNow } from "#lib/focus.ts";
import { plural } from "#lib/format.ts";
import { recallColumns, rememberColumns } from "#lib/import-columns.ts";
import { teamsQuery } from "#lib/teams.ts";
import { useFormat } from "#lib/use-format.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog-parts.tsx";
import { FileButton } from "#ui/drop-zone.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { AskedRoles } from "./asked-roles.tsx";
import { isUnclear, suggested, trimmed } from "./choose-columns.ts";
import { Columns } from "./columns.tsx";
import { Findings } from "./findings.tsx";
import type { Inspection, Sheet, Stats } from "./inspect.ts";
import { dialectOf, problemText } from "./inspection-text.ts";
import { PreviewTable } from "./preview-table.tsx";
import { type Answer, chosenIn, withAnswer } from "./role-answers.ts";
import { sizeText } from "./text.ts";
import { useInspection } from "./use-inspection.ts";

type Props = {
  file: File;
  organization: Organization;
  onChoose: (file: File) => void;
  onImport: (lifetimeDays: number, reading: Reading) => void;
};

/** Previews the import of a file: the way in which it is read, its first rows, and each invalid row. */
export function PreviewStep({ file, organization, onChoose, onImport }: Props) {
  const [isTouched, setTouched] = useState(false);
  const [days, setDays] = useState(String(presetDays));
  const reading = useReading(file, organization);
  const { inspection, isCurrent, good, names, hasAddress } = reading;
  const problem = inspection && "problem" in inspection ? inspection.problem : undefined;

  return (
    <>
      <DialogBody>
        <FileCard file={file} sheet={good?.sheet} onChoose={onChoose} />
        {problem !== undefined && <Banner tone="danger">{problemText[problem]}</Banner>}
        {inspection === undefined && <Skeleton className="h-48" />}
        {good && (
          <>
            <Columns
              columns={good.sheet.columns}
              hasHeader={good.sheet.hasHeader}
              names={names ?? good.sheet.columns.map(({ name }) => name)}
              isChosen={reading.isChosen}
              onChange={(next) => {
                setTouched(true);
                reading.choose(next);
              }}
            />
            <AskedRoles
              asked={good.stats.roles}
              viewer={organization.role}
              onAnswer={(word, role) => {
                setTouched(true);
                reading.answer(word, role);
              }}
            />
            <PreviewTable sample={good.sheet.sample} findings={good.stats.findings} />
            <Summary stats={good.stats} organization={organization} />
            <Findings stats={good.stats} />
            <SelectField
              label="Expires in"
              hint="How long invitations stay open."
              value={days}
              options={lifetimes}
              onChoose={setDays}
              className="w-40 max-sm:w-full"
            />
          </>
        )}
      </DialogBody>
      <DialogFooter>
        {good?.stats.read === 1 && hasAddress !== false && <Prospect stats={good.stats} />}
        <ImportButton
          inspection={isCurrent ? inspection : undefined}
          blocked={hasAddress === false ? "Choose the column of the addresses." : undefined}
          takesFocus={!isTouched}
          onClick={() => onImport(Number(days), reading.finish())}
        />
      </DialogFooter>
    </>
  );
}

/** Reads a file, with a person's corrections of its columns and of its words for roles. */
function useReading(file: File, { id, role }: Organization) {
  const [chosen, choose] = useState<ColumnName[]>();
  const [answers, setAnswers] = useState<Answer[]>();
  const [first, setFirst] = useState<Sheet>();
  const suggestion = useSuggestion(id, first);
  const names = chosen ?? suggestion;
  const hasAddress = names?.includes("email");
  const columns = hasAddress ? names : undefined;
  const said = useMemo(() => ({ ...(columns && { columns }), ...(answers && { roles: answers }) }), [columns, answers]);
  const { inspection, isCurrent } = useInspection(file, role, said);
  const good = inspection && "sheet" in inspection ? inspection : undefined;
  const headings = good?.sheet.hasHeader ? good.sheet.columns.map(({ heading = "" }) => heading) : undefined;
  useRemembered(id, headings, choose);
  if (good && first === undefined) {
    setFirst(good.sheet);
  }
  const answer = (word: string, as: Answer["role"]) => setAnswers(withAnswer(answers ?? [], word, as));

  /** The reading as it is sent; this browser remembers the columns. */
  function finish(): Reading {
    if (headings) {
      rememberColumns(id, headings, names && trimmed(names));
    }
    const roles = chosenIn(good?.stats.roles ?? []);
    return { ...(names && { columns: trimmed(names) }), ...(roles.length > 0 && { roles }) };
  }
  return { inspection, isCurrent, good, names, hasAddress, isChosen: chosen !== undefined, choose, answer, finish };
}

/** Suggests names for the unread columns of a file without a header; the person can choose otherwise. */
function useSuggestion(organizationId: string, sheet: Sheet | undefined) {
  const isAsking = sheet !== undefined && !sheet.hasHeader && isUnclear(sheet.columns, false);
  const { data } = useInfiniteQuery({ ...teamsQuery(organizationId), enabled: isAsking });
  return useMemo(() => {
    const teams = data?.pages.flatMap(({ items }) => items.map(({ name }) => teamKey(name))) ?? [];
    return isAsking ? suggested(sheet.columns, new Set(teams)) : undefined;
  }, [isAsking, sheet, data]);
}

/** Once the headings are known, the columns are what this browser remembers of them. */
function useRemembered(
  organizationId: string,
  headings: readonly string[] | undefined,
  onColumns: (columns: ColumnName[]) => void,
) {
  const isDone = useRef(false);
  useEffect(() => {
    if (headings === undefined || isDone.current) {
      return;
    }
    isDone.current = true;
    const remembered = recallColumns(organizationId, headings);
    if (remembered) {
      onColumns(remembered);
    }
  }, [organizationId, headings, onColumns]);
}

type FileProps = { file: File; sheet: Sheet | undefined; onChoose: (file: File) => void };

function FileCard({ file, sheet, onChoose }: FileProps) {
  const format = useFormat();
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg border border-border bg-surface-2 px-4 py-3">
      <FileSpreadsheet aria-hidden className="size-5 shrink-0 text-fg-3" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium" title={file.name}>
          {file.name}
        </p>
        <p className="tabular text-sm text-fg-2">
          {sizeText(file.size, format.number)}
          {sheet && ` · ${dialectOf(sheet)}`}
        </p>
      </div>
      <FileButton onFile={onChoose} size="small">
        <RefreshCw />
        Another file
      </FileButton>
    </div>
  );
}

function Summary({
  stats: { read, rows, wrong },
  organization: { seats },
}: {
  stats: Stats;
  organization: Organization;
}) {
  const format = useFormat();
  const free = seats && Math.max(0, seats.capacity - seats.committed);
  const good = rows - wrong;
  const isRead = read === 1;
  return (
    <div className="grid gap-3">
      <div className="grid gap-1.5">
        <p className="tabular">
          <strong className="font-semibold">{format.plural(rows, "row")}</strong>
          <span className="text-fg-2">
            {wrong === 0
              ? isRead && " with nothing to fix."
              : `, of which ${format.plural(wrong, "is", "are")} left out.`}
          </span>
        </p>
        {!isRead && <progress aria-label="Reading the file" value={read} className="bulk-progress h-1.5 w-full" />}
      </div>
      {isRead && free !== undefined && free < good && (
        <Banner tone="warning">
          {free === 0 ? "No seats are available" : `Only ${plural(free, "seat is", "seats are")} available`}.{" "}
          {free === 0 ? "Every row waits" : "The first rows get them, and the others wait"} until there are more: then
          you can retry them with one click.
        </Banner>
      )}
    </div>
  );
}

/** Shows the most people that would be emailed. */
function Prospect({ stats: { rows, wrong } }: { stats: Stats }) {
  const format = useFormat();
  const good = rows - wrong;
  return (
    <output className="tabular mr-auto text-sm text-fg-2 max-sm:basis-full">
      {good === 0
        ? "None of its rows can be invited."
        : `${format.plural(good, "row")} can be invited. Existing members aren’t emailed.`}
    </output>
  );
}

type ImportProps = {
  inspection: Inspection | undefined;
  blocked: string | undefined;
  takesFocus: boolean;
  onClick: () => void;
};

function ImportButton({ inspection, blocked, takesFocus, onClick }: ImportProps) {
  const format = useFormat();
  const look = { variant: "primary", size: "large" } as const;
  if (blocked !== undefined) {
    return (
      <Button {...look} blocked={blocked}>
        Import
      </Button>
    );
  }
  if (!inspection || "problem" in inspection) {
    return (
      <Button {...look} blocked={inspection ? "This file cannot be imported." : "The file is being checked."}>
        Import
      </Button>
    );
  }
  const { read, rows, wrong } = inspection.stats;
  if (read < 1) {
    return (
      <Button {...look} onClick={onClick}>
        Import anyway
      </Button>
    );
  }
  const good = rows - wrong;
  return (
    <Button
      {...look}
      {...(takesFocus && { ref: focusNow })}
      blocked={good === 0 ? "None of its rows can be invited." : undefined}
      onClick={onClick}
    >
      {good === 0 ? "Import" : `Import ${format.plural(good, "row")}`}
    </Button>
  );
}
