import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { DigitalOceanApi } from "../../src/DigitalOceanApi.ts"
import * as Scopes from "../../src/internal/api/scopes.ts"
import type { Json } from "./schemas.ts"

/**
 * Our declaration as OpenAPI, with its parameters as they are meant (`fromApi` writes each as the text it is in a URL) and
 * the scopes a token needs.
 */
export const openApi = (): Json => {
  const document = OpenApi.fromApi(DigitalOceanApi)
  for (const { endpoints } of Object.values(DigitalOceanApi.groups)) {
    for (const endpoint of Object.values(endpoints)) {
      const { method, params, path, query } = endpoint
      const item = document.paths[path.replace(/:(\w+)/g, "{$1}")]
      const operation = item?.[method.toLowerCase() as "get"]
      const schemas = { ...propertiesOf(params), ...propertiesOf(query) }
      if (operation !== undefined) operation.security = [{ bearer_auth: [...Scopes.lacking(endpoint, new Set())] }]
      for (const parameter of operation?.parameters ?? []) {
        parameter.schema = schemas[parameter.name] ?? parameter.schema
      }
    }
  }
  return document as unknown as Json
}

type Parameters = Readonly<Record<string, OpenApi.OpenAPISpecParameter["schema"]>>

const propertiesOf = (schema: Schema.Constraint | undefined): Parameters =>
  schema === undefined ? {} : (Schema.toJsonSchemaDocument(Schema.toType(schema)).schema["properties"] as Parameters)
