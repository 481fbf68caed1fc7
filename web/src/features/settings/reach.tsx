import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { type Previewed, previewQuery, type SettingsPreview } from "#lib/setting-layers.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { RetryLine } from "#ui/retry-line.tsx";
import { headline, isRefused, labelOf, lossOf, refusalsOf, warningsOf } from "./reach-text.ts";

/** Typing does not ask for each letter. */
const typingMs = 400;

type Props = { organizationId: string; change: Previewed | undefined };

/** Shows the API's preview of a change that is not saved yet; nothing while it cannot be saved. */
export function Reach({ organizationId, change }: Props) {
  return change && <Line organizationId={organizationId} change={change} />;
}

function Line({ organizationId, change }: { organizationId: string; change: Previewed }) {
  const debounced = useDebounced(change, typingMs);
  const [isOpen, setOpen] = useState(false);
  const preview = useQuery(previewQuery(organizationId, debounced));
  if (debounced === change && preview.error) {
    return isRefused(preview.error) ? (
      <Banner tone="danger">
        {refusalsOf(preview.error).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </Banner>
    ) : (
      <RetryLine error={preview.error} onRetry={() => preview.refetch()} isBusy={preview.isFetching} />
    );
  }
  return debounced === change && preview.data ? (
    <Outcome preview={preview.data} isOpen={isOpen} onOpen={setOpen} />
  ) : (
    <p className="flex min-h-8 items-center text-sm text-fg-2">Counting members …</p>
  );
}

type OutcomeProps = { preview: SettingsPreview; isOpen: boolean; onOpen: (isOpen: boolean) => void };

function Outcome({ preview, isOpen, onOpen }: OutcomeProps) {
  const id = useId();
  const warnings = warningsOf(preview);
  const { fields, overrides, secrets, damaged } = preview;
  const hasDetails = fields.length + overrides.length + secrets.length + damaged.length > 0;
  return (
    <div className="grid gap-2">
      {warnings.length > 0 && (
        <Banner tone="warning">
          {warnings.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Banner>
      )}
      <div className="flex min-h-8 flex-wrap items-center gap-x-2">
        <output className="text-sm">{headline(preview)}</output>
        {hasDetails && (
          <Button
            variant="ghost"
            size="small"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => onOpen(!isOpen)}
          >
            Details
            <ChevronDown className={cn(isOpen && "rotate-180")} />
          </Button>
        )}
      </div>
      <div id={id} hidden={!isOpen} className="max-h-60 overflow-y-auto">
        {isOpen && <Details preview={preview} />}
      </div>
    </div>
  );
}

function Details({ preview: { fields, overrides, secrets, damaged } }: { preview: SettingsPreview }) {
  return (
    <div className="grid gap-3 text-sm">
      <Group title="Settings that change">
        {fields.map(({ field, members }) => (
          <li key={field} className="flex justify-between gap-4">
            {labelOf(field)}
            <span className="tabular shrink-0 text-fg-2">{plural(members, "member")}</span>
          </li>
        ))}
      </Group>
      <Group title="Team overrides without effect">
        {overrides.map(({ team, name, field, state }) => (
          <li key={`${team} ${field}`}>
            {name}: {labelOf(field)} <span className="text-fg-2">({lossOf(state)})</span>
          </li>
        ))}
      </Group>
      <Group title="API keys that nobody can use">
        {secrets.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </Group>
      <Group title="Settings that still can’t be read">
        {damaged.map((field) => (
          <li key={field}>{labelOf(field)}</li>
        ))}
      </Group>
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode[] }) {
  return (
    children.length > 0 && (
      <section aria-label={title}>
        <h3 className="text-xs font-medium text-fg-2">{title}</h3>
        <ul className="mt-1 grid gap-1">{children}</ul>
      </section>
    )
  );
}
