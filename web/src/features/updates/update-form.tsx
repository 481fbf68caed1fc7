import { contentLength, titleLength } from "@muster/core/update/limits.ts";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { Controller, type UseFormReturn, useForm, useWatch } from "react-hook-form";
import { TeamSelect } from "#features/teams/team-select.tsx";
import { commandName } from "#lib/command-key.ts";
import { forgetDraft } from "#lib/draft.ts";
import { ApiError } from "#lib/failure.ts";
import { type Side } from "#lib/merge.ts";
import { type Where, type Whole } from "#lib/updates.ts";
import { useDraft } from "#lib/use-draft.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { FieldError } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { Kbd } from "#ui/kbd.tsx";
import { BothTexts } from "./both-texts.tsx";
import {
  type Conflict,
  conflictOf,
  type Field,
  isConflict,
  isDecided,
  withChoice,
  withTyped,
  writtenAs,
} from "./conflict.ts";
import { Editor, type Place, type Sent, type Text, type Values } from "./editor.tsx";
import { toStored, toWritten } from "./mentions.ts";
import { TagsField } from "./tags-field.tsx";
import { problemOf } from "./text.ts";

type Props = {
  organizationId: string;
  /** The name of the draft, which survives a reload. */
  draft: string;
  start: Values;
  /** The places to choose from; an update stays where it was posted. */
  places?: Place[] | undefined;
  /** True if there are other teams to post to. */
  hasMorePlaces?: boolean;
  action: string;
  /** Reads what is saved by now, for a change that somebody else made one before. */
  readSaved?: () => Promise<Whole>;
  onSend: (values: Sent) => Promise<unknown>;
  onClose: () => void;
};

/** The fields of an update. What is typed is kept until it was sent or discarded. */
export function UpdateForm({ organizationId, draft, start, places, hasMorePlaces = false, ...rest }: Props) {
  const { action, readSaved, onSend, onClose } = rest;
  const id = useId();
  const form = useForm<Values>({ defaultValues: start });
  const { conflict, look, choose, isUndecided, revision } = useConflict(form, start, readSaved);
  useDraft(form, draft);
  useEffect(() => form.setFocus("title"), [form]);
  const { errors, isSubmitting, isDirty } = form.formState;
  const team = useWatch({ control: form.control, name: "team" }) || undefined;
  const where: Where = team === undefined ? {} : { team };

  const submit = form.handleSubmit(async ({ text, ...values }) => {
    if (isUndecided) return;
    const sent = { ...values, title: values.title.trim(), content: toStored(text.content, text.mentions) };
    try {
      await onSend(revision === undefined ? sent : Object.assign(sent, { revision }));
      forgetDraft(draft);
      onClose();
    } catch (error) {
      if (!isConflict(error) || !(await lookAgain())) showFailure(error);
    }
  });

  async function lookAgain(): Promise<boolean> {
    try {
      return await look();
    } catch (error) {
      showFailure(error);
      return true;
    }
  }

  function showFailure(error: unknown) {
    const found = error instanceof ApiError ? error.fields : [];
    for (const { path, message } of found) {
      const [, name = ""] = /^\W*(title|content|tags|team)/.exec(path) ?? [];
      if (name !== "") form.setError(name === "content" ? "text" : (name as "title"), { type: "server", message });
    }
    if (found.length === 0) form.setError("root.server", { type: "server", message: problemOf(error) });
  }

  function discard() {
    forgetDraft(draft);
    onClose();
  }

  function press(event: KeyboardEvent) {
    if (event.key === "Escape") onClose();
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    void submit();
  }

  return (
    <form noValidate aria-label={action} onSubmit={(event) => void submit(event)} className="grid gap-3">
      {conflict !== undefined && <ConflictView conflict={conflict} onChoose={choose} />}
      <div className="grid gap-1.5">
        <Input
          {...form.register("title", {
            validate: (title) => title.trim() !== "" || "Give your update a title.",
            maxLength: { value: titleLength, message: `The title may have at most ${titleLength} characters.` },
          })}
          aria-label="Title"
          aria-invalid={errors.title ? true : undefined}
          aria-describedby={`${id}-title`}
          placeholder="Title"
          autoComplete="off"
          onKeyDown={press}
          className="font-semibold"
        />
        <div id={`${id}-title`} aria-live="polite" className="text-sm empty:hidden">
          {errors.title?.message !== undefined && <FieldError>{errors.title.message}</FieldError>}
        </div>
      </div>
      <Controller
        control={form.control}
        name="text"
        rules={{ validate: validText }}
        render={({ field, fieldState }) => (
          <Editor
            id={`${id}-text`}
            label="Text"
            placeholder="What’s new? Use @ to mention people and teams."
            text={field.value}
            onText={field.onChange}
            maxLength={contentLength}
            organizationId={organizationId}
            team={team}
            error={fieldState.error?.message}
            onSubmit={() => void submit()}
            onEscape={onClose}
          />
        )}
      />
      <Controller
        control={form.control}
        name="tags"
        render={({ field, fieldState }) => (
          <TagsField
            organizationId={organizationId}
            where={where}
            tags={field.value}
            onTags={field.onChange}
            error={fieldState.error?.message}
            onSubmit={() => void submit()}
          />
        )}
      />
      {errors.root?.["server"]?.message !== undefined && <Banner tone="danger">{errors.root["server"].message}</Banner>}
      <div className="flex flex-wrap items-center gap-2">
        {places !== undefined && isChoice(places) && (
          <Controller
            control={form.control}
            name="team"
            render={({ field: { value, onChange } }) => (
              <TeamSelect
                organizationId={organizationId}
                aria-label="Post to"
                value={value}
                options={places}
                hasMore={hasMorePlaces}
                onChoose={onChange}
                className="max-sm:w-full sm:max-w-60"
              />
            )}
          />
        )}
        <div className="ml-auto flex items-center gap-2 max-sm:w-full max-sm:*:flex-1">
          <Button size="large" onClick={discard}>
            {isDirty ? "Discard" : "Cancel"}
          </Button>
          <Button
            type="submit"
            variant="primary"
            size="large"
            isBusy={isSubmitting}
            blocked={isUndecided ? "Choose what to keep first." : undefined}
          >
            {action}
          </Button>
          <span className="max-sm:hidden">
            <Kbd>{commandName("↵")}</Kbd>
          </span>
        </div>
      </div>
    </form>
  );
}

/** Returns whether there is more than the whole organization to post to. */
const isChoice = (places: readonly Place[]) => places.length > 1 || places[0]?.value !== "";

function validText({ content, mentions }: Text) {
  const stored = toStored(content, mentions);
  if (stored.trim() === "") return "Write a text.";
  return stored.length <= contentLength || `The text may have at most ${contentLength.toLocaleString()} characters.`;
}

const labels: Record<Field, string> = { title: "Title", content: "Text", tags: "Tags" };

type ConflictProps = { conflict: Conflict; onChoose: (field: Field, side: Side) => void };

/** Says that an update was saved in another window while it was edited here, and asks what to keep. */
function ConflictView({ conflict: { disputes, taken, names }, onChoose }: ConflictProps) {
  const show = (value: unknown) => (Array.isArray(value) ? value.join(", ") : toWritten(String(value), names).written);
  const all = taken.map((field) => labels[field].toLowerCase()).join(" and ");
  return (
    <div className="grid gap-3">
      <Banner tone={disputes.length > 0 ? "warning" : "info"}>
        This update was saved in another window while you were editing it.{" "}
        {taken.length > 0 && `The ${all} of that window ${taken.length === 1 ? "is" : "are"} in the form now. `}
        {disputes.length > 0
          ? "Choose what to keep. You can still change it below before you save."
          : "Your changes are still here. Save to keep both."}
      </Banner>
      {disputes.map(({ field, mine, theirs, choice }, i) => (
        <BothTexts
          key={field}
          label={labels[field]}
          texts={{ mine: show(mine), theirs: show(theirs) }}
          choice={choice}
          hasFocus={i === 0 && choice === undefined}
          onChoose={(side) => onChoose(field, side)}
        />
      ))}
    </div>
  );
}

/** Decides with a person what to keep, if an update was saved in another window while its form was open. */
function useConflict(form: UseFormReturn<Values>, start: Values, readSaved: (() => Promise<Whole>) | undefined) {
  const [conflict, setConflict] = useState<Conflict>();
  // what is saved since reaches the page, too
  const [begun] = useState(start);

  /** Reads what was saved, takes over what only the other window has changed, and asks for the rest. */
  async function look(): Promise<boolean> {
    if (!readSaved) return false;
    const saved = await readSaved();
    const mine = form.getValues();
    const seen = conflict?.saved.revision ?? mine.revision;
    if (saved.revision === seen) return false;
    const found = conflictOf(baseOf(mine), mine, saved);
    for (const field of found.taken) fill(found, field, saved[field]);
    setConflict(found);
    return true;
  }

  /** A draft of an earlier revision does not say what it began with. */
  function baseOf(mine: Values): Values | undefined {
    if (conflict) return Object.assign({}, mine, ...fieldsOf(conflict));
    return mine.revision === begun.revision ? begun : undefined;
  }

  function choose(field: Field, side: Side) {
    if (!conflict) return;
    const kept = withTyped(conflict, form.getValues());
    const dispute = kept.disputes.find((one) => one.field === field);
    if (dispute) fill(kept, field, dispute[side]);
    setConflict(withChoice(kept, field, side));
  }

  function fill({ names }: Conflict, field: Field, value: unknown) {
    for (const [name, written] of Object.entries(writtenAs(field, value, names))) {
      form.setValue(name as "title", written as string, { shouldDirty: true });
    }
  }

  return {
    conflict,
    look,
    choose,
    isUndecided: conflict !== undefined && !isDecided(conflict),
    /** The draft keeps the revision that it is about, so that a reloaded page asks again. */
    revision: conflict?.saved.revision,
  };
}

const fieldsOf = ({ saved, names }: Conflict) =>
  (["title", "content", "tags"] as const).map((field) => writtenAs(field, saved[field], names));
