export { type Engine, type EngineOptions, startEngine } from "@muster/local/engine/engine.ts";
