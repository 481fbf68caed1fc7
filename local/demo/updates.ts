import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import type { ID } from "@muster/core/base/id.ts";
import * as Comment from "@muster/core/comment/comment.ts";
import { teamKeys } from "@muster/core/team/keys.ts";
import * as Activity from "@muster/core/update/activity.ts";
import * as Pin from "@muster/core/update/remove.ts";
import * as Report from "@muster/core/update/report.ts";
import type { Reaction } from "@muster/core/update/shape.ts";
import * as Update from "@muster/core/update/update.ts";
import { type Calendar, type Cast, earlyOf, owner, writersOf } from "./cast.ts";
import type { Deployment } from "./deployment.ts";
import type { Figure } from "./people.ts";
import type { Action, DemoOrganization } from "./scenarios.ts";

type Parts = { organization: DemoOrganization; cast: Cast; calendar: Calendar };

/** Returns the posts of members: news of the company, a release, a question, and answers to them. */
export function updateActions(deployment: Deployment, { organization, cast, calendar }: Parts): Action[] {
  const feed = openFeed(deployment, organization);
  const [first = owner, second = owner, third = owner] = cast.founders;
  const readers = [...cast.founders, ...earlyOf(cast).slice(0, 24)];
  const [writer = owner, other = owner] = writersOf(cast);
  const at = [0.45, 0.6, 0.72, 0.83, 0.91, 0.955, 0.985].map(calendar.at);
  const [welcome = 0, office = 0, handbook = 0, release = 0, question = 0, team = 0, today = 0] = at;
  const after = (from: number, minutes: number) => calendar.after(from, minutes * minuteMs);
  const react = (from: number, title: string, reaction: Reaction, people: readonly Figure[]): Action[] =>
    people.map((one, n) => ({ at: after(from, 20 + 7 * n), run: () => feed.react(one, title, reaction) }));

  return [
    { at: welcome, run: () => feed.post(owner, texts.welcome) },
    ...react(welcome, texts.welcome.title, "celebrate", cast.founders.slice(0, 9)),
    ...react(welcome, texts.welcome.title, "heart", cast.founders.slice(1, 4)),
    { at: after(welcome, 40), run: () => feed.comment(first, texts.welcome.title, "Glad to be part of this. 🎉") },
    { at: office, run: () => feed.post(second, texts.office) },
    ...react(office, texts.office.title, "thumbs_up", cast.founders.slice(0, 5)),
    { at: handbook, run: () => feed.post(owner, texts.handbook) },
    {
      at: after(handbook, 15),
      run: () => feed.edit(owner, texts.handbook.title, `${texts.handbook.content}${texts.more}`),
    },
    { at: after(handbook, 20), run: () => feed.pin(owner, texts.handbook.title) },
    { at: release, run: () => feed.post(third, texts.release) },
    ...react(today, texts.release.title, "celebrate", readers.slice(0, 12)),
    ...react(today, texts.release.title, "thanks", readers.slice(3, 6)),
    {
      at: after(release, 50),
      run: () => feed.comment(writer, texts.release.title, "The search is *so* much faster now."),
    },
    {
      at: after(release, 70),
      run: () => feed.comment(third, texts.release.title, "Thank you, that took us a while!", 0),
    },
    { at: question, run: () => feed.post(writer, texts.question) },
    {
      at: after(question, 30),
      run: () => feed.comment(other, texts.question.title, "Friday works better for our customers."),
    },
    { at: after(question, 35), run: () => feed.mention(owner, texts.question.title, first) },
    ...react(question, texts.question.title, "eyes", readers.slice(5, 9)),
    {
      at: after(question, 50),
      run: () => feed.report(second, texts.question.title, "It names prices that are not public."),
    },
    { at: team, run: () => feed.post(owner, { ...texts.team, team: "Engineering" }) },
    { at: today, run: () => feed.post(first, texts.today) },
    ...react(today, texts.today.title, "thumbs_up", readers.slice(1, 4)),
    ...readers.flatMap((one, n) =>
      n % 3 === 0 ? [] : [{ at: after(today, 60 + n), run: () => feed.see(one, Object.values(texts.seen)) }],
    ),
    { at: after(today, 2 * (hourMs / minuteMs)), run: () => feed.see(owner, [texts.today.title]) },
  ];
}

const texts = {
  welcome: {
    title: "Welcome to Meridian Labs",
    content:
      "From today, **everything that concerns all of us is here**: news, decisions, and the occasional photo of the office dog.\n\n- Post in your team what only your team needs\n- Use tags, so that others find it again\n- Questions are welcome",
    tags: ["company"],
  },
  office: {
    title: "The office is closed on Thursday",
    content: "The heating is being replaced. Please work from home; the phones are forwarded.",
    tags: ["office"],
  },
  handbook: {
    title: "How we use assistants",
    content:
      "Before you use an assistant with customer data, read this.\n\n| What | Allowed |\n|---|---|\n| Public texts | yes |\n| Source code | yes, with the models under *Settings* |\n| Customer data | only after a review |\n",
    tags: ["policy", "ai"],
  },
  more: "\nQuestions go to **Customer care**.\n",
  release: {
    title: "Release 1.4 is out",
    content:
      "What is new:\n\n1. Search is ten times as fast\n2. Summaries can be turned off per team\n3. `Ctrl+K` finds everything\n\n> “Finally.” (our first tester)\n\nThe notes are at <https://meridian-labs.example/releases/1.4>.",
    tags: ["release"],
  },
  question: {
    title: "When do we announce the new prices?",
    content:
      "Marketing proposes Monday, support would rather have Friday.\n\n- [x] Texts are done\n- [ ] Date\n- [ ] Mail to customers",
    tags: ["pricing", "question"],
  },
  team: {
    title: "On call next week",
    content: "The plan is in the calendar. Swap among yourselves and say so here.",
    tags: ["on-call"],
  },
  today: {
    title: "Numbers of the week",
    content: "**312** new customers, **98.7 %** of tickets answered on the same day. Thank you all.",
    tags: ["numbers"],
  },
  seen: ["Welcome to Meridian Labs", "How we use assistants", "Release 1.4 is out", "Numbers of the week"],
};

type Post = { title: string; content: string; tags: readonly string[]; team?: string };

/** Members name updates by their titles, as people do. */
function openFeed(deployment: Deployment, organization: DemoOrganization) {
  const ids = new Map<string, ID<"update">>();
  const comments = new Map<string, ID<"comment">[]>();
  const as = async <R>(figure: Figure, run: () => Promise<R>) =>
    deployment.asMember(await deployment.join(figure), organization.id(), run);
  const update = (title: string): ID<"update"> => {
    const id = ids.get(title);
    if (!id) throw new Error(`There is no update ${title} at this point of the story.`);
    return id;
  };

  return {
    async post(by: Figure, { team, tags, ...post }: Post) {
      const claim = team && (await deployment.table.get(teamKeys.teamName(organization.id(), team)));
      const place = claim ? { team: claim.team } : {};
      const { id } = await as(by, () => Update.create({ ...post, ...place, tags: [...tags] }));
      ids.set(post.title, id);
    },
    edit: (by: Figure, title: string, content: string) => as(by, () => Update.edit({ update: update(title), content })),
    report: (by: Figure, title: string, note: string) =>
      as(by, () => Report.report({ update: update(title), reason: "confidential", note })),
    pin: (by: Figure, title: string) => as(by, () => Pin.pin({ update: update(title) })),
    react: (by: Figure, title: string, reaction: Reaction) =>
      as(by, () => Activity.setReaction({ update: update(title), reaction, on: true })),
    see: (by: Figure, titles: readonly string[]) => as(by, () => Activity.markSeen({ updates: titles.map(update) })),
    /** @param answered the number of the comment that it answers */
    async comment(by: Figure, title: string, content: string, answered?: number) {
      const written = comments.get(title) ?? [];
      const replyTo = answered === undefined ? undefined : written[answered];
      const { id } = await as(by, () =>
        Comment.create({ update: update(title), content, ...(replyTo && { replyTo }) }),
      );
      comments.set(title, [...written, id]);
    },
    async mention(by: Figure, title: string, figure: Figure) {
      const { account } = await deployment.join(figure);
      await as(by, () => Comment.create({ update: update(title), content: `What do you think, @${account}?` }));
    },
  };
}
