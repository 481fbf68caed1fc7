import { providerOf } from "@muster/settings/entry.ts";
import { type FieldKey } from "@muster/settings/fields.ts";
import { type Kind } from "@muster/settings/kind.ts";
import { type ComponentType } from "react";
import { type Catalog } from "#lib/catalog.ts";
import { Badge } from "#ui/badge.tsx";
import { blockedBy } from "#ui/blocked.ts";
import { Input } from "#ui/input.tsx";
import { Segments } from "#ui/segments.tsx";
import { Switch } from "#ui/switch.tsx";
import { ApplicationsControl } from "./applications-control.tsx";
import { withCatalog } from "./catalog.tsx";
import { vanished } from "./catalog-text.ts";
import { type ControlProps, useSetting } from "./layer-context.ts";
import { EntryLine, ListEditor, RemoveButton, useList } from "./list-parts.tsx";
import { ModelSelect } from "./model-select.tsx";
import { ModelsControl } from "./models-control.tsx";
import { kindOf } from "./say.ts";
import { choiceText, labelOf, valueText } from "./setting-text.ts";
import { WebsitesControl } from "./websites-control.tsx";

type Control = {
  component: ComponentType<ControlProps>;
  /** Beside the text, beside it where there is room, or below it. */
  place: "end" | "side" | "below";
};

const controls: Record<Kind<unknown>["name"], Control> = {
  toggle: { component: Toggle, place: "end" },
  choice: { component: Choice, place: "side" },
  version: { component: VersionInput, place: "side" },
  model: { component: ModelSelect, place: "side" },
  allowList: { component: List, place: "below" },
  denyList: { component: List, place: "below" },
};

const ProvidersControl = withCatalog("h-40", Providers);

/** Settings with a control of their own. */
const ownControls: { [K in FieldKey]?: Control } = {
  "models.providers": { component: ProvidersControl, place: "below" },
  "models.allowed": { component: ModelsControl, place: "below" },
  "sources.blocked": { component: ApplicationsControl, place: "below" },
  "websites.denied": { component: WebsitesControl, place: "below" },
};

/** The control of a setting: its own, or that of its kind, so that a setting has one once it is declared. */
export const controlOf = (field: FieldKey): Control => ownControls[field] ?? controls[kindOf(field).name];

function Toggle({ field, labelId, noteId }: ControlProps) {
  const { shown, blocked, setValue } = useSetting(field);
  return (
    <Switch
      aria-labelledby={labelId}
      aria-describedby={noteId}
      isOn={shown === true}
      blocked={blocked}
      onChange={setValue}
    />
  );
}

function Choice({ field, labelId, noteId }: ControlProps) {
  const { shown, blocked, setValue } = useSetting(field);
  const options = (kindOf(field).options ?? []).map((option) => ({
    value: String(option),
    label: choiceText(field, String(option)),
  }));
  return (
    <Segments
      aria-labelledby={labelId}
      aria-describedby={noteId}
      value={typeof shown === "string" ? shown : undefined}
      options={options}
      blocked={blocked}
      onChange={setValue}
    />
  );
}

function VersionInput({ field, labelId, noteId }: ControlProps) {
  const { say, inherited, blocked, error, setValue, inherit, touch } = useSetting(field);
  return (
    <Input
      aria-labelledby={labelId}
      aria-describedby={noteId}
      aria-invalid={error === undefined ? undefined : true}
      {...blockedBy(blocked)}
      readOnly={blocked !== undefined}
      autoComplete="off"
      spellCheck={false}
      value={typeof say.value === "string" ? say.value : ""}
      placeholder={valueText(field, inherited.value)}
      onChange={({ target }) => (target.value === "" ? inherit() : setValue(target.value))}
      onBlur={touch}
      className="sm:w-32"
    />
  );
}

/** Any list: one text after another. */
function List({ field, labelId }: ControlProps) {
  const { list, blocked, set } = useList(field);
  const read = (typed: string) => {
    const entry = typed.trim();
    return list.includes(entry) ? { problem: "Already in the list." } : { entry };
  };
  return (
    <ListEditor field={field}>
      <ul aria-labelledby={labelId} className="grid gap-1 empty:hidden">
        {list.map((entry) => (
          <li key={entry} className="flex items-center gap-2 text-sm">
            <span className="min-w-0 flex-1 truncate">{entry}</span>
            <RemoveButton entry={entry} blocked={blocked} onClick={() => set([entry], false)} />
          </li>
        ))}
      </ul>
      <EntryLine
        label={`Add to ${labelOf(field)}`}
        placeholder=""
        action={{ label: "Add" }}
        whyEmpty="Enter a value."
        blocked={blocked}
        read={read}
        onAdd={(entry) => set([entry], true)}
      />
    </ListEditor>
  );
}

/** Each provider on or off. */
function Providers({ field, labelId, catalog }: ControlProps & { catalog: Catalog }) {
  const { list, blocked, set } = useList(field);
  const allowed = useList("models.allowed").list;
  const gone = vanished(list, catalog.providers).map((id) => ({ id, name: id }));
  return (
    <ListEditor field={field}>
      <ul aria-labelledby={labelId} className="grid gap-x-6 sm:grid-cols-2">
        {[...catalog.providers, ...gone].map(({ id, name }) => {
          const of = catalog.models.filter((model) => providerOf(model.id) === id);
          const count = of.filter((model) => allowed.includes(model.id)).length;
          return (
            <li key={id} className="flex min-h-12 items-center gap-3">
              <span className="min-w-0 flex-1">
                <span className="flex items-center gap-2 text-sm font-medium">
                  {name}
                  {gone.some((one) => one.id === id) && <Badge tone="warning">Not in the catalog</Badge>}
                </span>
                <span className="tabular block text-xs text-fg-3">
                  {count} of {of.length} models allowed
                </span>
              </span>
              <Switch
                aria-label={`Provider ${name}`}
                isOn={list.includes(id)}
                blocked={blocked}
                onChange={(isOn) => set([id], isOn)}
              />
            </li>
          );
        })}
      </ul>
    </ListEditor>
  );
}
