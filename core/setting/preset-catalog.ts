import type { Catalog } from "./catalog-shape.ts";

/** The product's own catalog, until an operator sets another. */
export const presetCatalog: Catalog = {
  providers: [
    { id: "openai", name: "OpenAI" },
    { id: "anthropic", name: "Anthropic" },
    { id: "google", name: "Google" },
    { id: "amazon", name: "Amazon Bedrock" },
    { id: "mistral", name: "Mistral AI" },
  ],
  models: [
    model("openai/gpt-4.1", "GPT-4.1", "Long documents and code.", {
      labels: ["accurate"],
      context: 1_047_576,
      modalities: ["text", "image"],
    }),
    model("openai/gpt-4.1-mini", "GPT-4.1 mini", "Short tasks at low cost.", {
      labels: ["fast"],
      context: 1_047_576,
      modalities: ["text", "image"],
    }),
    model("openai/gpt-4o", "GPT-4o", "Text and images.", {
      labels: ["accurate"],
      context: 128_000,
      modalities: ["text", "image"],
    }),
    model("openai/gpt-4o-mini", "GPT-4o mini", "Short tasks at low cost.", {
      labels: ["fast"],
      context: 128_000,
      modalities: ["text", "image"],
    }),
    model("openai/gpt-4o-transcribe", "GPT-4o Transcribe", "Speech to text.", {
      labels: ["accurate"],
      context: 16_000,
      modalities: ["audio"],
    }),
    model("openai/whisper-1", "Whisper", "Speech to text.", { labels: ["fast"], modalities: ["audio"] }),
    model("anthropic/claude-opus-4-1", "Claude Opus 4.1", "Long and difficult tasks.", {
      labels: ["accurate"],
      context: 200_000,
      modalities: ["text", "image"],
    }),
    model("anthropic/claude-sonnet-4-5", "Claude Sonnet 4.5", "Everyday work and code.", {
      labels: ["accurate", "fast"],
      context: 200_000,
      modalities: ["text", "image"],
    }),
    model("anthropic/claude-haiku-4-5", "Claude Haiku 4.5", "Short tasks at low cost.", {
      labels: ["fast"],
      context: 200_000,
      modalities: ["text", "image"],
    }),
    model("google/gemini-2.5-pro", "Gemini 2.5 Pro", "Long documents, images, audio, and video.", {
      labels: ["accurate"],
      context: 1_048_576,
      modalities: ["text", "image", "audio", "video"],
    }),
    model("google/gemini-2.5-flash", "Gemini 2.5 Flash", "Everyday work with images, audio, and video.", {
      labels: ["fast"],
      context: 1_048_576,
      modalities: ["text", "image", "audio", "video"],
    }),
    model("google/gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite", "Short tasks at low cost.", {
      labels: ["fast"],
      context: 1_048_576,
      modalities: ["text", "image", "audio", "video"],
    }),
    model("amazon/nova-pro", "Nova Pro", "Text, images, and video.", {
      labels: ["accurate"],
      context: 300_000,
      modalities: ["text", "image", "video"],
    }),
    model("amazon/nova-lite", "Nova Lite", "Short tasks with images and video.", {
      labels: ["fast"],
      context: 300_000,
      modalities: ["text", "image", "video"],
    }),
    model("amazon/nova-micro", "Nova Micro", "Short texts at low cost.", {
      labels: ["fast"],
      context: 128_000,
      modalities: ["text"],
    }),
    model("mistral/mistral-large", "Mistral Large", "Long and difficult tasks.", {
      labels: ["accurate"],
      context: 128_000,
      modalities: ["text"],
    }),
    model("mistral/mistral-small", "Mistral Small", "Everyday work.", {
      labels: ["fast"],
      context: 128_000,
      modalities: ["text"],
    }),
  ],
  applications: [
    {
      id: "slack",
      name: "Slack",
      category: "Messages",
      identifiers: ["macos:com.tinyspeck.slackmacgap", "windows:slack.exe", "linux:slack"],
    },
    {
      id: "microsoft-teams",
      name: "Microsoft Teams",
      category: "Messages",
      identifiers: ["macos:com.microsoft.teams2", "windows:ms-teams.exe"],
    },
    {
      id: "discord",
      name: "Discord",
      category: "Messages",
      identifiers: ["macos:com.hnc.Discord", "windows:Discord.exe", "linux:discord"],
    },
    {
      id: "whatsapp",
      name: "WhatsApp",
      category: "Messages",
      identifiers: ["macos:net.whatsapp.WhatsApp", "windows:WhatsApp.exe"],
    },
    {
      id: "signal",
      name: "Signal",
      category: "Messages",
      identifiers: ["macos:org.whispersystems.signal-desktop", "windows:Signal.exe", "linux:signal-desktop"],
    },
    {
      id: "telegram",
      name: "Telegram",
      category: "Messages",
      identifiers: ["macos:ru.keepcoder.Telegram", "windows:Telegram.exe", "linux:telegram-desktop"],
    },
    { id: "messages", name: "Messages", category: "Messages", identifiers: ["macos:com.apple.MobileSMS"] },
    {
      id: "zoom",
      name: "Zoom",
      category: "Meetings",
      identifiers: ["macos:us.zoom.xos", "windows:Zoom.exe", "linux:zoom"],
    },
    {
      id: "webex",
      name: "Webex",
      category: "Meetings",
      identifiers: ["macos:Cisco-Systems.Spark", "windows:CiscoCollabHost.exe"],
    },
    { id: "facetime", name: "FaceTime", category: "Meetings", identifiers: ["macos:com.apple.FaceTime"] },
    {
      id: "outlook",
      name: "Microsoft Outlook",
      category: "Email",
      identifiers: ["macos:com.microsoft.Outlook", "windows:OUTLOOK.EXE"],
    },
    { id: "apple-mail", name: "Apple Mail", category: "Email", identifiers: ["macos:com.apple.mail"] },
    {
      id: "thunderbird",
      name: "Thunderbird",
      category: "Email",
      identifiers: ["macos:org.mozilla.thunderbird", "windows:thunderbird.exe", "linux:thunderbird"],
    },
    {
      id: "chrome",
      name: "Google Chrome",
      category: "Browsers",
      identifiers: ["macos:com.google.Chrome", "windows:chrome.exe", "linux:google-chrome"],
    },
    {
      id: "edge",
      name: "Microsoft Edge",
      category: "Browsers",
      identifiers: ["macos:com.microsoft.edgemac", "windows:msedge.exe", "linux:microsoft-edge"],
    },
    {
      id: "firefox",
      name: "Firefox",
      category: "Browsers",
      identifiers: ["macos:org.mozilla.firefox", "windows:firefox.exe", "linux:firefox"],
    },
    { id: "safari", name: "Safari", category: "Browsers", identifiers: ["macos:com.apple.Safari"] },
    {
      id: "brave",
      name: "Brave",
      category: "Browsers",
      identifiers: ["macos:com.brave.Browser", "windows:brave.exe", "linux:brave-browser"],
    },
    {
      id: "word",
      name: "Microsoft Word",
      category: "Documents",
      identifiers: ["macos:com.microsoft.Word", "windows:WINWORD.EXE"],
    },
    {
      id: "excel",
      name: "Microsoft Excel",
      category: "Documents",
      identifiers: ["macos:com.microsoft.Excel", "windows:EXCEL.EXE"],
    },
    {
      id: "powerpoint",
      name: "Microsoft PowerPoint",
      category: "Documents",
      identifiers: ["macos:com.microsoft.Powerpoint", "windows:POWERPNT.EXE"],
    },
    { id: "preview", name: "Preview", category: "Documents", identifiers: ["macos:com.apple.Preview"] },
    {
      id: "acrobat",
      name: "Adobe Acrobat",
      category: "Documents",
      identifiers: ["macos:com.adobe.Acrobat.Pro", "windows:Acrobat.exe"],
    },
    { id: "notion", name: "Notion", category: "Notes", identifiers: ["macos:notion.id", "windows:Notion.exe"] },
    {
      id: "obsidian",
      name: "Obsidian",
      category: "Notes",
      identifiers: ["macos:md.obsidian", "windows:Obsidian.exe", "linux:obsidian"],
    },
    {
      id: "onenote",
      name: "Microsoft OneNote",
      category: "Notes",
      identifiers: ["macos:com.microsoft.onenote.mac", "windows:ONENOTE.EXE"],
    },
    { id: "apple-notes", name: "Apple Notes", category: "Notes", identifiers: ["macos:com.apple.Notes"] },
    {
      id: "vscode",
      name: "Visual Studio Code",
      category: "Development",
      identifiers: ["macos:com.microsoft.VSCode", "windows:Code.exe", "linux:code"],
    },
    { id: "xcode", name: "Xcode", category: "Development", identifiers: ["macos:com.apple.dt.Xcode"] },
    {
      id: "intellij",
      name: "IntelliJ IDEA",
      category: "Development",
      identifiers: ["macos:com.jetbrains.intellij", "windows:idea64.exe", "linux:idea"],
    },
    {
      id: "terminal",
      name: "Terminal",
      category: "Development",
      identifiers: ["macos:com.apple.Terminal", "windows:WindowsTerminal.exe", "linux:gnome-terminal"],
    },
    { id: "iterm2", name: "iTerm2", category: "Development", identifiers: ["macos:com.googlecode.iterm2"] },
    {
      id: "1password",
      name: "1Password",
      category: "Passwords",
      identifiers: ["macos:com.1password.1password", "windows:1Password.exe", "linux:1password"],
    },
    {
      id: "bitwarden",
      name: "Bitwarden",
      category: "Passwords",
      identifiers: ["macos:com.bitwarden.desktop", "windows:Bitwarden.exe", "linux:bitwarden"],
    },
    {
      id: "keepassxc",
      name: "KeePassXC",
      category: "Passwords",
      identifiers: ["macos:org.keepassxc.keepassxc", "windows:KeePassXC.exe", "linux:keepassxc"],
    },
    { id: "figma", name: "Figma", category: "Design", identifiers: ["macos:com.figma.Desktop", "windows:Figma.exe"] },
    {
      id: "spotify",
      name: "Spotify",
      category: "Media",
      identifiers: ["macos:com.spotify.client", "windows:Spotify.exe", "linux:spotify"],
    },
  ],
};

type Model = Catalog["models"][number];

function model(
  id: string,
  name: string,
  description: string,
  more: Pick<Model, "labels" | "modalities"> & { context?: number },
): Model {
  return { id, name, description, state: "available", ...more };
}
