import { type FieldKey, fields, type Tab } from "@muster/settings/fields.ts";
import { Link } from "@tanstack/react-router";
import { Ellipsis, Lock, Network, TriangleAlert, Waves } from "lucide-react";
import { type ComponentType, type ReactNode, useId } from "react";
import { cn } from "#lib/cn.ts";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { Time } from "#ui/time.tsx";
import type { ControlProps } from "./control-props.ts";
import { controlOf } from "./controls.tsx";
import { DisputedField } from "./disputed-field.tsx";
import { FieldMenuTrigger } from "./field-menu.tsx";
import { ForceNote } from "./force-note.tsx";
import { type Setting, useSetting } from "./layer-context.ts";
import { MemberName } from "./member-name.tsx";
import { type Say, sayText } from "./say.ts";
import { originText, valueText } from "./setting-text.ts";
import { useNameOf } from "./use-name-of.ts";

/** The button that opens the menu of a setting. */
export const fieldMenuId = (field: FieldKey) => `menu-${field}`;

type Props = {
  field: FieldKey;
  /** Another control than the one of its kind. */
  control?: ComponentType<ControlProps>;
  place?: "end" | "side" | "below";
  /** Another label than the declared one. */
  label?: string;
};

/** A setting: what it is called and does, its value and where that comes from, who may change it, and its menu. */
export function SettingRow({ field, label = fields[field].label, ...own }: Props) {
  const id = useId();
  const setting = useSetting(field);
  const { form, error, isChanged } = setting;
  const nameOf = useNameOf(field);
  const { disputes, taken, choose } = form.editing;
  const standard = controlOf(field);
  const Control = own.control ?? standard.component;
  const place = own.place ?? standard.place;
  const dispute = disputes.find((one) => one.field === field);
  if (dispute) {
    return (
      <div className="px-4 py-4 sm:px-5">
        <DisputedField<Say>
          dispute={dispute}
          label={label}
          isFirst={dispute === disputes[0]}
          show={(say) => sayText(field, say, nameOf)}
          onChoose={(side) => choose(field, side)}
        />
      </div>
    );
  }
  const names = { labelId: `${id}-label`, noteId: `${id}-note` };
  const control = <Control field={field} {...names} />;
  return (
    <div
      data-setting={field}
      className={cn(
        "grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-3 px-4 py-4 sm:px-5",
        place === "side" && "sm:grid-cols-[minmax(0,1fr)_auto_auto]",
      )}
    >
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span id={names.labelId} className="text-sm font-medium">
            {label}
          </span>
          {form.closed?.(field) === true && <Badge tone="warning">Teams may not override this</Badge>}
          {isChanged && <Badge tone="accent">Unsaved</Badge>}
          {taken.includes(field) && <Badge tone="accent">Changed elsewhere</Badge>}
        </p>
        <p className="mt-0.5 text-sm text-fg-2 text-pretty">{fields[field].help}</p>
        <Status field={field} setting={setting} />
        <div id={names.noteId} aria-live="polite" className="mt-1.5 text-sm empty:hidden">
          {error !== undefined && <FieldError>{error}</FieldError>}
        </div>
      </div>
      {place === "side" && <div className="max-sm:order-last max-sm:col-span-2">{control}</div>}
      <div className="-mr-1.5 flex items-center gap-3">
        {place === "end" && control}
        <FieldMenuTrigger
          payload={field}
          id={fieldMenuId(field)}
          aria-label={`Actions for ${label}`}
          className={buttonClass({ variant: "ghost", size: "iconSmall" }, "data-popup-open:bg-surface-3")}
        >
          <Ellipsis />
        </FieldMenuTrigger>
      </div>
      {place === "below" && (
        <div className="col-span-2 grid min-w-0 gap-3">
          <ForceNote field={field} />
          {control}
        </div>
      )}
    </div>
  );
}

/** Where the value comes from, and who below may change it. */
function Status({ field, setting }: { field: FieldKey; setting: Setting }) {
  const { form, say, saved, isChanged, inherited, blocked } = setting;
  const { rank, ask, organizationId } = form;
  const nameOf = useNameOf(field);
  const { isPersonal } = fields[field];
  const closed = form.whyClosed?.(field);
  const isDecided = rank === "member" && blocked !== undefined && closed === undefined;
  // a lock of the organization holds below a team too
  const isLocked = rank !== "member" && (say.isLocked || (rank === "team" && inherited.isLocked));
  const isLeft = rank !== "member" && !isLocked && isPersonal;
  return (
    <>
      {saved?.isDamaged === true && !isChanged && (
        <p className="mt-1.5 flex items-start gap-1.5 text-sm text-warning-text">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          The stored value can’t be read, so the strictest value applies. Set it again.
        </p>
      )}
      {closed !== undefined && (
        <p className="mt-1.5 flex items-start gap-1.5 text-sm text-fg-2 text-pretty">
          <Waves aria-hidden className="mt-0.5 size-4 shrink-0" />
          {closed}
        </p>
      )}
      <p className="mt-1 flex flex-wrap items-center gap-x-3 text-xs text-fg-3">
        <button
          type="button"
          title="Why is it so?"
          onClick={() => ask("why", field)}
          className="min-h-6 rounded text-left decoration-dotted underline-offset-3 hover:text-fg hover:underline"
        >
          {say.value === undefined ? (
            `Inherited: ${valueText(field, inherited.value, nameOf)} (${originText(inherited.source)})`
          ) : isChanged || saved?.by === undefined ? (
            rank === "member" ? (
              "Your own choice"
            ) : (
              "Set here"
            )
          ) : (
            <>
              Set by <MemberName organizationId={organizationId} account={saved.by} me="you" />
              {saved.at !== undefined && (
                <>
                  {" "}
                  <Time at={saved.at} />
                </>
              )}
            </>
          )}
        </button>
        {isLocked && <Fact icon={<Lock />}>Locked</Fact>}
        {isDecided && <Fact icon={<Lock />}>Not yours to change</Fact>}
        {isLeft && <Fact>Members may change it</Fact>}
        {rank === "organization" && say.isOpen && <Fact icon={<Network />}>Teams may override</Fact>}
      </p>
      <OtherTab field={field} form={form} />
    </>
  );
}

const tabTexts: Record<Tab, string> = {
  features: "Features",
  models: "Models",
  sources: "LTM Sources",
  websites: "LTM Websites",
};

/** A setting that stands on two tabs leads to the other one, where what it is about is. */
function OtherTab({ field, form: { organizationId, tab } }: { field: FieldKey; form: Setting["form"] }) {
  const other = (fields[field].tabs as readonly Tab[]).find((one) => one !== tab);
  return (
    tab === "features" &&
    other !== undefined && (
      <Link
        to={`/organizations/$organization/settings/${other}`}
        params={{ organization: organizationId }}
        className="inline-flex min-h-6 items-center rounded text-xs font-medium text-accent-text hover:underline"
      >
        Edit the list under {tabTexts[other]}
      </Link>
    )
  );
}

function Fact({ icon, children }: { icon?: ReactNode; children: string }) {
  return (
    <span
      className={cn("inline-flex items-center gap-1 [&_svg]:size-3", icon !== undefined && "font-medium text-fg-2")}
    >
      {icon}
      {children}
    </span>
  );
}
