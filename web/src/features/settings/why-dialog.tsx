import { type FieldKey, fields } from "@muster/settings/fields.ts";
import { useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { cn } from "#lib/cn.ts";
import type { Member } from "#lib/people.ts";
import { effectiveQuery, type Resolved, type Step } from "#lib/setting-layers.ts";
import { Badge } from "#ui/badge.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { Loading } from "#ui/loading.tsx";
import { Time } from "#ui/time.tsx";
import { useNameOf } from "./catalog.tsx";
import { MemberName } from "./member-name.tsx";
import { layerText, notInForceText, originText, stateText, switchOf, valueText } from "./setting-text.ts";
import { Whose } from "./whose.tsx";

type Props = {
  organizationId: string;
  field: FieldKey | undefined;
  isOpen: boolean;
  onClose: () => void;
  /** True if the answer may be looked up for other members. */
  mayChoose: boolean;
  returnFocus: () => HTMLElement | null;
};

/** The value of a setting for a member, and what each layer says of it, from top to bottom. */
export function WhyDialog({ organizationId, field, isOpen, onClose, mayChoose, returnFocus }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Why is it so?"
      description={field && fields[field].label}
      returnFocus={returnFocus}
    >
      {field && <Content key={field} organizationId={organizationId} field={field} mayChoose={mayChoose} />}
    </Dialog>
  );
}

type ContentProps = Pick<Props, "organizationId" | "mayChoose"> & { field: FieldKey };

function Content({ organizationId, field, mayChoose }: ContentProps) {
  const [member, setMember] = useState<Member>();
  const effective = useQuery(effectiveQuery(organizationId, { account: member?.account }));
  return (
    <DialogBody>
      {mayChoose && <Whose organizationId={organizationId} member={member} onMember={setMember} />}
      <Gate
        query={effective}
        part=""
        skeleton={<Loading what="the layers" className="grid gap-4" lines={["h-5 w-64", "h-9", "h-9", "h-9"]} />}
      >
        {(found) => (
          <Layers organizationId={organizationId} field={field} resolved={found.fields[field]} name={member?.name} />
        )}
      </Gate>
    </DialogBody>
  );
}

type LayersProps = { organizationId: string; field: FieldKey; resolved: Resolved; name: string | undefined };

function Layers({ organizationId, field, resolved, name }: LayersProps) {
  const { count, value = count, source, ties, mayChange, isInForce, isDamaged, steps } = resolved;
  const switchField = switchOf(field);
  const nameOf = useNameOf(field);
  const others = ties.map((tie) => layerText(tie)).join(", ");
  return (
    <>
      <p>
        <strong className="font-semibold">{valueText(field, value, nameOf)}</strong> for {name ?? "you"},{" "}
        {originText(source)}
        {ties.length > 0 && ` (${others} ${ties.length === 1 ? "says" : "say"} the same)`}.{" "}
        <span className="text-fg-2">
          {mayChange ? `${name ?? "You"} may choose another value.` : `${name ?? "You"} can’t change it.`}
          {!isInForce && switchField !== undefined && ` ${notInForceText(switchField)}`}
          {isDamaged && " A stored value can’t be read, so the strictest value applies."}
        </span>
      </p>
      <ol aria-label="Layers" className="grid">
        {steps.map((step) => (
          <Layer
            key={`${step.source.kind} ${step.source.id ?? ""}`}
            organizationId={organizationId}
            field={field}
            step={step}
          />
        ))}
      </ol>
    </>
  );
}

function Layer({ organizationId, field, step }: { organizationId: string; field: FieldKey; step: Step }) {
  const { source, state, value, isLocked, isDamaged } = step;
  const isWinner = state === "applies";
  const nameOf = useNameOf(field);
  return (
    <li className="relative grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-3 pb-4 last:pb-0 [&:last-child>i]:hidden">
      <i aria-hidden className="absolute top-6 -bottom-0.5 left-[7.5px] w-px bg-border-strong" />
      <span
        aria-hidden
        className={cn(
          "mt-1 size-4 rounded-full border-4",
          isWinner ? "border-accent bg-surface" : "border-surface-3 bg-control",
        )}
      />
      <div className="min-w-0">
        <p className={cn("flex flex-wrap items-center gap-x-2", isWinner ? "font-medium" : "text-fg-2")}>
          {layerText(source)}
          {isLocked && (
            <span className="inline-flex items-center gap-1 text-xs font-medium text-fg-2">
              <Lock className="size-3" />
              Locked
            </span>
          )}
          {isDamaged && <Badge tone="warning">Can’t be read</Badge>}
        </p>
        <p className="text-xs text-fg-3">
          {isWinner ? "Applies" : stateText(step)}
          {source.by !== undefined && (
            <>
              {" · "}
              <MemberName organizationId={organizationId} account={source.by} />
            </>
          )}
          {source.at !== undefined && (
            <>
              {" · "}
              <Time at={source.at} />
            </>
          )}
          {source.revision !== undefined && ` · revision ${source.revision}`}
        </p>
      </div>
      <span
        className={cn(
          "text-sm",
          isWinner ? "font-semibold" : "text-fg-3 line-through",
          value === undefined && "no-underline",
        )}
      >
        {value === undefined ? "–" : valueText(field, value, nameOf)}
      </span>
    </li>
  );
}
