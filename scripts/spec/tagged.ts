import type { Ajv } from "ajv";
import codegen from "ajv/dist/compile/codegen/index.js";

const { _, Name } = codegen;

/**
 * Adds the keyword `tagged` to an ajv instance: `{tagBy: "type", tagged: {text: …, image_url: …}}`.
 *
 * The generated code reads the tag once and runs the one variant it names, so a wrong part deep in a long request
 * costs one comparison and gives one error. A missing tag and an unknown one are errors of this keyword, with the
 * tag's name, its value and the allowed values as parameters; beside `tagOpen: true` they are none. With
 * `tagMissing: text` an object whose tag is missing or null is such a variant.
 */
export function addTagged(ajv: Ajv): void {
  ajv.addKeyword({ keyword: "tagBy", schemaType: "string" });
  ajv.addKeyword({ keyword: "tagOpen", schemaType: "boolean" });
  ajv.addKeyword({ keyword: "tagMissing", schemaType: "string" });
  ajv.addKeyword({
    keyword: "tagged",
    type: "object",
    schemaType: "object",
    error: {
      message: "value of the tag selects no variant",
      params: ({ params }) => _`{tag: ${params["name"]}, value: ${params["tag"]}, allowed: ${params["allowed"]}}`,
    },
    code(cxt) {
      const { gen, data, schema, parentSchema } = cxt;
      const words = Object.keys(schema);
      const valid = gen.let("valid", false);
      const tag = gen.let("tag", _`${data}[${parentSchema["tagBy"]}]`);
      gen.if(false);
      for (const word of words) {
        const isMissing = word === parentSchema["tagMissing"];
        gen.elseIf(isMissing ? _`${tag} === ${word} || ${tag} == null` : _`${tag} === ${word}`);
        const branch = gen.name("branch");
        cxt.mergeEvaluated(cxt.subschema({ keyword: "tagged", schemaProp: word }, branch), Name);
        gen.assign(valid, _`${branch}`);
      }
      gen.else();
      const allowed = words.map((word) => _`${word}`).reduce((list, word) => _`${list}, ${word}`);
      if (parentSchema["tagOpen"] === true) gen.assign(valid, true);
      else cxt.error(false, { name: parentSchema["tagBy"], tag, allowed: _`[${allowed}]` });
      gen.endIf();
      cxt.ok(valid);
    },
  });
}
