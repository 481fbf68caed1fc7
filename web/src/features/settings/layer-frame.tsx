import type { FieldKey } from "@muster/settings/fields.ts";
import { type ReactNode, useState } from "react";
import { may } from "#features/rights/permissions.ts";
import type { Role } from "#lib/api.ts";
import { Banner } from "#ui/banner.tsx";
import { opened } from "#ui/opened.tsx";
import { SettingsGroup } from "#ui/settings-section.tsx";
import { ConflictBanner, EditingBar } from "./editing-bar.tsx";
import { FieldMenu } from "./field-menu.tsx";
import { type About, LayerContext, type LayerForm } from "./layer-context.ts";
import { groupsOf } from "./say.ts";
import { fieldMenuId, SettingRow } from "./setting-row.tsx";

const WhyDialog = opened(async () => (await import("./why-dialog.tsx")).WhyDialog);
const TestDialog = opened(async () => (await import("./test-dialog.tsx")).TestDialog);
const FieldHistoryDialog = opened(async () => (await import("./field-history-dialog.tsx")).FieldHistoryDialog);

type Props = Omit<LayerForm, "ask"> & {
  role: Role;
  /** The reason that nothing can be changed, if there is one. */
  readOnly: string | undefined;
  /** The author and the time of the last change of what the form shows. */
  last?: { by?: string; at?: string } | undefined;
  /** The team whose overrides these are. */
  team?: string;
  /** On how many devices they are in force, where that is known. */
  inForce?: ReactNode;
  bar?: ReactNode;
  children: ReactNode;
};

const followedBy = {
  organization: "The linked devices of your members follow these settings.",
  team: "The linked devices of this team’s members follow these settings.",
  member: "Your linked devices follow these settings.",
};
export const memoryText = "LTM is long-term memory: what clients may capture and remember.";

/** A form of the settings of a layer, with what it says about conflicts, and the dialogs of its settings. */
export function LayerFrame({ role, readOnly, last, team, inForce, bar, children, ...form }: Props) {
  const { organizationId, editing, rank } = form;
  const [asked, setAsked] = useState<{ about: About; field: FieldKey }>();
  const [about, setAbout] = useState<About>();
  const mayChoose = may(role, "setting.effective", { role: "owner" }) && rank !== "member";
  const dialog = (one: About) => ({
    organizationId,
    field: asked?.field,
    isOpen: about === one,
    onClose: () => setAbout(undefined),
    returnFocus: () => (asked ? document.getElementById(fieldMenuId(asked.field)) : null),
  });
  function ask(one: About, field: FieldKey) {
    setAsked({ about: one, field });
    setAbout(one);
  }
  return (
    <LayerContext value={{ ...form, ask }}>
      <form noValidate onSubmit={editing.submit}>
        <div className="grid gap-4 pt-6">
          <div className="text-sm text-fg-2">{inForce ?? followedBy[rank]}</div>
          {readOnly !== undefined && <Banner tone="info">{readOnly}</Banner>}
        </div>
        {children}
        <EditingBar
          editing={editing}
          conflict={<ConflictBanner organizationId={organizationId} editing={editing} by={last?.by} at={last?.at} />}
        >
          {bar}
        </EditingBar>
      </form>
      <FieldMenu />
      <WhyDialog {...dialog("why")} mayChoose={mayChoose} />
      <TestDialog {...dialog("test")} mayChoose={mayChoose} />
      <FieldHistoryDialog {...dialog("history")} team={team} />
    </LayerContext>
  );
}

/** Settings under their headings, each with the control of its kind. */
export function SettingGroups({ keys }: { keys: readonly FieldKey[] }) {
  return groupsOf(keys).map(([group, members]) => (
    <SettingsGroup key={group} title={group}>
      {members.map((field) => (
        <SettingRow key={field} field={field} />
      ))}
    </SettingsGroup>
  ));
}

/** The newest change of these settings. */
export function lastOf(entries: LayerForm["entries"], keys: readonly FieldKey[]) {
  return keys
    .flatMap((field) => entries[field] ?? [])
    .toSorted((one, other) => (other.revision ?? 0) - (one.revision ?? 0))[0];
}
