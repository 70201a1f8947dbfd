// The served documents are what they say they are, by the rules of OpenAPI and AsyncAPI themselves.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';

const server = process.env.GRAPHROOM_URL;
const require = createRequire(import.meta.url);

const read = async (path) => (await fetch(server + path)).json();

test('the OpenAPI document is one, and everything it refers to is there', async () => {
  const document = await read('/openapi.json');
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  assert.deepEqual(result, { valid: true });
  assert.equal(validator.version, '3.1');
  followReferences(document);
  document.paths['/api/v1/health'].get.responses[200].description = 7;
  assert.equal((await new Validator().validate(document)).valid, false);
});

test('the AsyncAPI document is one, and everything it refers to is there', async () => {
  const document = await read('/asyncapi.json');
  const rules = require('@asyncapi/specs/schemas/3.0.0.json');
  // The rules bring the schema of schemas along.
  const options = { meta: false, validateSchema: false, strict: false, validateFormats: false, allErrors: true };
  const valid = new Ajv(options).compile(rules);
  assert.ok(valid(document), JSON.stringify(valid.errors?.slice(0, 5), null, 1));
  followReferences(document);
  assert.equal(valid({ ...document, channels: 7 }), false);
});

// Every `$ref` of a document leads to something in it.
function followReferences(document) {
  let followed = 0;
  const walk = (value) => {
    if (value === null || typeof value !== 'object') return;
    if (typeof value.$ref === 'string') {
      const parts = value.$ref.replace(/^#\//, '').split('/');
      const target = parts.reduce((at, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
      assert.ok(target !== undefined, value.$ref);
      followed += 1;
    }
    Object.values(value).forEach(walk);
  };
  walk(document);
  assert.ok(followed > 50);
}
