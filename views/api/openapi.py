"""The document that describes the API, made from the same declarations that serve it (OpenAPI 3.0)."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask_appbuilder import BaseView, expose
from sqlalchemy import Boolean, Date, Integer, inspect
from wtforms import BooleanField, Field

from forms.model_forms import HIDDEN, Choice, Day, DecimalNumber, Lookup, Moment, Several, Ticked, TooLong, WholeNumber
from forms.steps import Pick, Ticks, step_form
from models.base import EnumCode, FixedDecimal, UTCDateTime, field_info
from services import paper_records
from views.api.base import MOST, AppModelApi, caller
from views.api.papers import PaperApi

Schema = dict[str, Any]
REFERENCE: Schema = {"type": "object", "nullable": True, "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
KEY: Schema = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
QUESTION: Schema = {"name": "q", "in": "query", "schema": {"type": "string"},
                    "description": "Rison or JSON: filters [{col, opr, value}], order_column, order_direction, page, "
                                   f"page_size (at most {MOST}), columns, search"}
REPEAT: Schema = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 8, "maxLength": 64}}
FAILURES = {"400": "malformed", "401": "not signed in", "403": "no right", "404": "not there, or not for you",
            "409": "changed meanwhile", "422": "a rule refused"}


def stored(model: type[Any], name: str) -> Schema:
    """How a column or reference is answered."""
    mapper = inspect(model)
    if name in mapper.relationships:
        return {**REFERENCE, "title": str(field_info(model, name)["label"])}
    if name not in mapper.columns:
        return {"nullable": True}
    column = mapper.columns[name]
    kinds: list[tuple[Any, Schema]] = [
        (Boolean, {"type": "boolean"}), (UTCDateTime, {"type": "string", "format": "date-time"}),
        (Date, {"type": "string", "format": "date"}), (FixedDecimal, {"type": "string", "format": "decimal"}),
        (Integer, {"type": "integer"})]
    schema = next((dict(said) for kind, said in kinds if isinstance(column.type, kind)), {"type": "string"})
    if isinstance(column.type, EnumCode):
        schema["enum"] = [member.value for member in column.type.enum]
    return {**schema, "nullable": bool(column.nullable), "title": str(column.info.get("label", name))}


def typed(field: Field) -> Schema:
    """What a field of a form takes."""
    kinds: list[tuple[Any, Schema]] = [
        (BooleanField, {"type": "boolean"}), (Ticks, {"type": "array", "items": {"type": "integer"}}),
        (Several, {"type": "array", "items": {"type": "integer"}}),
        (Pick, {"type": "integer"}), (Lookup, {"type": "integer"}), (Moment, {"type": "string", "format": "date-time"}),
        (Day, {"type": "string", "format": "date"}), (DecimalNumber, {"type": "string", "format": "decimal"}),
        (WholeNumber, {"type": "integer"})]
    schema = next((dict(said) for kind, said in kinds if isinstance(field, kind)), {"type": "string"})
    if isinstance(field, Choice) and not isinstance(field, Pick | Ticked):
        schema["enum"] = [code for code, _label in field.choices]
    longest = next((check.most for check in field.validators if isinstance(check, TooLong)), None)
    if longest and schema["type"] == "string":
        schema["maxLength"] = longest
    return {**schema, "title": str(field.label.text)}


def taken(form_class: Any) -> Schema:
    """What a form takes, as a schema."""
    fields = [field for field in form_class(formdata=None, meta={"csrf": False}) if field.name not in HIDDEN] if form_class else []
    schema: Schema = {"type": "object", "properties": {field.name: typed(field) for field in fields}}
    required = [field.name for field in fields if field.flags.required]
    return {**schema, "required": required} if required else schema


def _answers(code: str, schema: Schema) -> Schema:
    answers: Schema = {number: {"description": words, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}}
                       for number, words in FAILURES.items()}
    return {code: {"description": "done", "content": {"application/json": {"schema": schema}}}, **answers}


def _sends(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _with_version(schema: Schema) -> Schema:
    version = {"type": "integer", "description": "the version that was read"}
    return {"type": "object", "properties": {**schema["properties"], "lock_version": version}, "required": ["lock_version"]}


def _begun(door: PaperApi, user: Any) -> Schema:
    """What begins a paper: what it belongs to, and what is known of it already."""
    form, origins = taken(door.fields_form(user, door.paper.fields(), None)), paper_records.origins(door.model)
    properties: Schema = {**form["properties"], "lines": {"type": "object", "properties": {
        item.attribute: {"type": "array", "items": {"type": "object"}} for item in door.paper.lists()}}}
    if not origins:
        return {"type": "object", "properties": properties}
    properties["from"] = {"type": "object", "properties": {name: {"type": "integer"} for name in origins}, "minProperties": 1,
                          "maxProperties": 1}
    return {"type": "object", "properties": properties, "required": ["from"]}


def paths(door: AppModelApi, user: Any) -> Schema:
    """The addresses of one kind of records."""
    base, tag = str(door.route_base), str(door.resource_name)
    name = type(door).__name__.removesuffix("Api")
    result = {"$ref": f"#/components/schemas/{name}"}
    one = {"type": "object", "properties": {"id": {"type": "integer"}, "lock_version": {"type": "integer"}, "result": result}}
    many = {"type": "object", "properties": {"count": {"type": "integer"}, "ids": {"type": "array", "items": {"type": "integer"}},
                                             "result": {"type": "array", "items": result}}}
    without = door.exclude_route_methods
    found: Schema = {f"{base}/": {"get": {"tags": [tag], "parameters": [QUESTION], "responses": _answers("200", many)}},
                     f"{base}/{{id}}": {"get": {"tags": [tag], "parameters": [KEY, QUESTION], "responses": _answers("200", one)}}}
    names = door.paper.fields() if isinstance(door, PaperApi) else door.view.fields()
    if isinstance(door, PaperApi) and "post" not in without:
        found[f"{base}/"]["post"] = {"tags": [tag], "parameters": [REPEAT], "requestBody": _sends(_begun(door, user)),
                                     "responses": _answers("201", one)}
    elif "post" not in without and not isinstance(door, PaperApi) and door.view.adds(user):
        form = taken(door.fields_form(user, names, None))
        found[f"{base}/"]["post"] = {"tags": [tag], "parameters": [REPEAT], "requestBody": _sends(form), "responses": _answers("201", one)}
    if "put" not in without:
        form = _with_version(taken(door.fields_form(user, names, None)))
        change = {"tags": [tag], "parameters": [KEY, REPEAT], "requestBody": _sends(form), "responses": _answers("200", one)}
        found[f"{base}/{{id}}"] |= {"put": change, "patch": change}
    if "do" not in without:
        for step in door.view.machine.transitions.values():  # type: ignore[attr-defined]
            form = step_form(door.noun, step.name, reason=step.reason, at_hand=list)
            if step.direct:
                found[f"{base}/{{id}}/do/{step.name}"] = {"post": {
                    "tags": [tag], "summary": str(step.label), "parameters": [KEY, REPEAT], "requestBody": _sends(taken(form)),
                    "responses": _answers("200", one)}}
    return found


class OpenApiView(BaseView):
    """`/api/v1/_openapi` for anybody signed in."""

    route_base = "/api/v1/_openapi"
    class_permission_name = "session"
    doors: list[AppModelApi] = []

    @expose("", methods=["GET"])
    def document(self) -> Any:
        """All addresses with what they take and give."""
        user = caller()
        sentences = {"type": "array", "items": {"type": "string"}}
        schemas: Schema = {"Failure": {"type": "object", "properties": {
            "message": {"type": "string"}, "errors": {"type": "object", "additionalProperties": sentences},
            "request_id": {"type": "string"}}}}
        found: Schema = {}
        for door in self.doors:
            found |= paths(door, user)
            schemas[type(door).__name__.removesuffix("Api")] = {"type": "object", "properties": {
                "id": {"type": "integer"}, "lock_version": {"type": "integer"},
                **{name: stored(door.model, name) for name in door.shown()}}}
        return jsonify({
            "openapi": "3.0.3", "info": {"title": "After-sales service", "version": "v1"}, "paths": found,
            "components": {"schemas": schemas, "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"}, "session": {"type": "apiKey", "in": "cookie", "name": "session"}}},
            "security": [{"key": []}, {"session": []}]})
