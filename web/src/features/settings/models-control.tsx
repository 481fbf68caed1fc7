import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { Catalog, CatalogModel } from "#lib/catalog.ts";
import { plural } from "#lib/format.ts";
import { Badge } from "#ui/badge.tsx";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Switch } from "#ui/switch.tsx";
import { WithCatalog } from "./catalog.tsx";
import { contextText, isFound, isNewSince, labelTexts, modelsByProvider, usable, vanished } from "./catalog-text.ts";
import { type ControlProps, useSetting } from "./layer-context.ts";
import { InheritedList, ListSearch } from "./list-parts.tsx";
import { listIn } from "./say.ts";

/** Model by model: which ones members may use while allowed models are customized. */
export function ModelsControl(props: ControlProps) {
  return <WithCatalog className="h-80">{(catalog) => <Models {...props} catalog={catalog} />}</WithCatalog>;
}

function Models({ field, catalog }: ControlProps & { catalog: Catalog }) {
  const { say, saved, blocked, setValue } = useSetting(field);
  const providers = listIn(useSetting("models.providers").say);
  const isRestricted = useSetting("models.isRestricted").shown === true;
  const [text, setText] = useState("");
  const list = listIn(say);
  const groups = modelsByProvider(catalog, ({ id, name, description, labels }) =>
    isFound(text, id, name, description, labels.join(" ")),
  );
  const gone = vanished(list, catalog.models).filter((id) => isFound(text, id));
  const set = (ids: readonly string[], isOn: boolean) =>
    setValue(isOn ? [...new Set([...list, ...ids])] : list.filter((one) => !ids.includes(one)));
  const shown = groups.flatMap(({ models }) => models.map(({ id }) => id));
  const isNothing = isRestricted && usable(list, providers).length === 0;

  return (
    <div className="grid gap-3">
      <InheritedList field={field} />
      {isNothing && (
        <Banner tone="warning">
          Nothing is allowed: members have no model to use until you allow one and turn its provider on.
        </Banner>
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <ListSearch label="Search models" text={text} onText={setText} className="flex-1 basis-52 sm:max-w-80" />
        <output className="tabular text-sm text-fg-2">
          {list.length} of {catalog.models.length} allowed
        </output>
        <span className="flex gap-1">
          <Button size="small" blocked={blocked} onClick={() => set(shown, true)}>
            All on
          </Button>
          <Button size="small" blocked={blocked} onClick={() => set([...shown, ...gone], false)}>
            All off
          </Button>
        </span>
      </div>
      {groups.map(({ provider, models }) => (
        <section key={provider.id} aria-label={`Models of ${provider.name}`}>
          <h3 className="flex items-center gap-2 pb-1 text-sm font-medium text-fg-2">
            {provider.name}
            {isRestricted && !providers.includes(provider.id) && <Badge tone="warning">Provider is off</Badge>}
          </h3>
          <ul className="divide-y divide-border rounded-lg border border-border">
            {models.map((model) => (
              <Model
                key={model.id}
                model={model}
                isNew={isNewSince(model, saved?.at)}
                isOn={list.includes(model.id)}
                blocked={blocked}
                onChange={(isOn) => set([model.id], isOn)}
              />
            ))}
          </ul>
        </section>
      ))}
      {gone.length > 0 && (
        <section aria-label="Not in the catalog">
          <h3 className="pb-1 text-sm font-medium text-fg-2">
            {plural(gone.length, "model")} that the catalog no longer has
          </h3>
          <ul className="divide-y divide-border rounded-lg border border-border">
            {gone.map((id) => (
              <li key={id} className="flex min-h-12 items-center gap-3 py-1.5 pr-2 pl-3">
                <code className="min-w-0 flex-1 truncate font-mono text-sm">{id}</code>
                <Badge tone="warning">Gone</Badge>
                <Button
                  size="iconSmall"
                  variant="ghost"
                  aria-label={`Remove ${id}`}
                  blocked={blocked}
                  onClick={() => set([id], false)}
                >
                  <Trash2 />
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {groups.length === 0 && gone.length === 0 && (
        <p className="py-4 text-center text-sm text-fg-2">No model has “{text.trim()}” in it.</p>
      )}
    </div>
  );
}

type ModelProps = {
  model: CatalogModel;
  isNew: boolean;
  isOn: boolean;
  blocked: string | undefined;
  onChange: (isOn: boolean) => void;
};

function Model({ model, isNew, isOn, blocked, onChange }: ModelProps) {
  const { name, description, labels, context, modalities, state } = model;
  const facts = [description, context === undefined ? undefined : contextText(context), modalities.join(", ")];
  return (
    <li className="flex min-h-14 items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-sm font-medium">
          {name}
          {labels.map((label) => labelTexts[label] !== undefined && <Badge key={label}>{labelTexts[label]}</Badge>)}
          {state === "deprecated" && <Badge tone="warning">Deprecated</Badge>}
          {isNew && <Badge tone="accent">New</Badge>}
        </p>
        <p className="text-xs text-fg-3">{facts.filter(Boolean).join(" · ")}</p>
      </div>
      <Switch aria-label={`Allow ${name}`} isOn={isOn} blocked={blocked} onChange={onChange} />
    </li>
  );
}
