import { type FieldKey, fields, type Tab } from "@muster/settings/fields.ts";
import { Link } from "@tanstack/react-router";
import { Ellipsis, Lock, Network, TriangleAlert, Waves } from "lucide-react";
import { type ComponentType, type ReactNode, useId } from "react";
import { cn } from "#lib/cn.ts";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { Time } from "#ui/time.tsx";
import { useNameOf } from "./catalog.tsx";
import { controlOf } from "./controls.tsx";
import { DisputedField } from "./disputed-field.tsx";
import { FieldMenuTrigger } from "./field-menu.tsx";
import { type ControlProps, type Setting, useSetting } from "./layer-context.ts";
import { MemberName } from "./member-name.tsx";
import { type Say, sayText } from "./say.ts";
import { notInForceText, originText, switchOf, valueText } from "./setting-text.ts";

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

type StatusProps = { field: FieldKey; setting: Setting };

/** Shows where the value comes from, and who below may change it. */
function Status({ field, setting }: StatusProps) {
  const { form, saved, isChanged } = setting;
  const closed = form.whyClosed?.(field);
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
          onClick={() => form.ask("why", field)}
          className="min-h-6 rounded text-left decoration-dotted underline-offset-3 hover:text-fg hover:underline"
        >
          <Origin field={field} setting={setting} />
        </button>
        <Changers field={field} setting={setting} isClosed={closed !== undefined} />
      </p>
      <OtherTab field={field} form={form} />
    </>
  );
}

/** Says where the value comes from: a layer above, or somebody who set it here. */
function Origin({ field, setting: { form, say, saved, isChanged, inherited } }: StatusProps) {
  const nameOf = useNameOf(field);
  if (say.value === undefined) {
    return `Inherited: ${valueText(field, inherited.value, nameOf)} (${originText(inherited.source)})`;
  }
  if (isChanged || saved?.by === undefined) {
    return form.rank === "member" ? "Your own choice" : "Set here";
  }
  return (
    <>
      Set by <MemberName organizationId={form.organizationId} account={saved.by} me="you" />
      {saved.at !== undefined && (
        <>
          {" "}
          <Time at={saved.at} />
        </>
      )}
    </>
  );
}

/** Shows who may change the value: the member it is about, the layers below, or neither. */
function Changers({ field, setting, isClosed }: StatusProps & { isClosed: boolean }) {
  const { form, say, inherited, blocked } = setting;
  const { rank } = form;
  if (rank === "member") {
    return blocked !== undefined && !isClosed && <Fact icon={<Lock />}>Not yours to change</Fact>;
  }
  // a lock of the organization holds below a team too
  const isLocked = say.isLocked || (rank === "team" && inherited.isLocked);
  return (
    <>
      {isLocked && <Fact icon={<Lock />}>Locked</Fact>}
      {!isLocked && fields[field].isPersonal && <Fact>Members may change it</Fact>}
      {rank === "organization" && say.isOpen && <Fact icon={<Network />}>Teams may override</Fact>}
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

/** Says of a list whether it counts, and what it comes to while it counts and is empty. */
function ForceNote({ field }: { field: FieldKey }) {
  const switchField = switchOf(field);
  return switchField === undefined ? null : <Note field={field} switchField={switchField} />;
}

function Note({ field, switchField }: { field: FieldKey; switchField: FieldKey }) {
  const { form, say, shown } = useSetting(field);
  const isOn = useSetting(switchField).shown === true;
  const isOwn = form.rank === "member" && say.value !== undefined;
  const isEmpty = Array.isArray(shown) ? shown.length === 0 : shown === 0 || shown === undefined;
  const text = isOn || isOwn ? isEmpty && emptyTexts[field] : notInForceText(switchField);
  return text ? <p className="rounded-lg bg-surface-2 px-3 py-2 text-sm text-fg-2">{text}</p> : null;
}

const emptyTexts: { [K in FieldKey]?: string } = {
  "models.providers": "In force and empty: no provider is allowed, so members may use no model.",
  "sources.blocked": "In force and empty: no application is blocked.",
  "websites.denied": "In force and empty: no website is denied.",
};
