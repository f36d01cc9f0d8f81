import type { Candidate, GroundingMetadata } from "../types.ts";
import { sourceOf } from "./annotations.ts";

/** Collects the places of an answer that the client does not get to see, each told once. */
export type Tell = (path: string) => void;

/** What grounding holds beside passages and sources. */
const grounding: readonly (keyof GroundingMetadata)[] = [
  "webSearchQueries",
  "imageSearchQueries",
  "retrievalQueries",
  "searchEntryPoint",
  "googleMapsWidgetContextToken",
  "sourceFlaggingUris",
];

/** What Vertex AI and the Developer API call quotations. */
const quotations = ["citations", "citationSources"] as const;
const ofMaps = ["text", "placeId", "placeAnswerSources", "route"] as const;
const ofContext = ["text", "documentName", "ragChunk"] as const;

/** Tells what a candidate says of its sources and annotations have no place for. */
export function tellSources({ groundingMetadata, citationMetadata }: Candidate, tell: Tell): void {
  for (const name of quotations) {
    const place = `candidates[].citationMetadata.${name}`;
    for (const { uri, license, publicationDate } of citationMetadata?.[name] ?? []) {
      if (!uri) tell(place);
      if (license) tell(`${place}[].license`);
      if (publicationDate != null) tell(`${place}[].publicationDate`);
    }
  }
  if (groundingMetadata == null) return;
  for (const member of grounding) {
    if (holds(groundingMetadata[member])) tell(`candidates[].groundingMetadata.${member}`);
  }
  for (const chunk of groundingMetadata.groundingChunks ?? []) tellChunk(chunk, tell);
}

/** Tells that the model read pages: which passage rests on which is not said. */
export function tellPages({ urlContextMetadata }: Candidate, tell: Tell): void {
  if (holds(urlContextMetadata)) tell("candidates[].urlContextMetadata");
}

function tellChunk(chunk: NonNullable<GroundingMetadata["groundingChunks"]>[number], tell: Tell): void {
  const place = "candidates[].groundingMetadata.groundingChunks";
  const { maps, retrievedContext } = chunk;
  let told = false;
  for (const member of ofMaps) if (holds(maps?.[member])) tellBelow(`maps.${member}`);
  for (const member of ofContext) if (holds(retrievedContext?.[member])) tellBelow(`retrievedContext.${member}`);
  // Nothing of it is shown, and nothing else says so.
  if (!told && sourceOf(chunk) === undefined) tell(place);

  function tellBelow(path: string): void {
    told = true;
    tell(`${place}[].${path}`);
  }
}

/** Whether a member says anything. */
function holds(value: unknown): boolean {
  if (value == null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
