"""What Jinja2 renders for chat templates, set up as transformers sets it up: writes golden.json beside this file.

python golden.py   (needs jinja2 3.1)
"""

import datetime
import json
import pathlib

from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    """{% generation %} … {% endgeneration %}: the text within, as it is."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.Scope(body).set_lineno(line)


NOW = datetime.datetime(2025, 3, 7, 9, 5, 4)


def environment():
    def raise_exception(message):
        raise TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = NOW.strftime
    return env


HELLO = [{"role": "user", "content": "Hi there"}]
TALK = [
    {"role": "system", "content": " Be brief. \n"},
    {"role": "user", "content": "a < b && 'c' > \"d\" – naïve 日本 🙂"},
    {"role": "assistant", "content": "<think>\nhm\n</think>\n\nyes"},
    {"role": "user", "content": "and then?\nsay"},
]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather <now> in a place & 'hour'",
        "parameters": {
            "type": "object",
            "properties": {
                "place": {"type": "string", "description": "e.g. 東京"},
                "hours": {"type": "array", "items": {"type": "integer"}},
                "unit": {"type": "string", "enum": ["C", "F"]},
            },
            "required": ["place"],
        },
    },
}
CALL = [
    *HELLO,
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"type": "function", "function": {"name": "weather", "arguments": {"place": "東京", "hours": [1, 2], "exact": True, "by": None}}}],
    },
    {"role": "tool", "name": "weather", "content": '{"sky": "clear"}'},
    {"role": "assistant", "content": "It is clear."},
    {"role": "user", "content": [{"type": "text", "text": "And "}, {"type": "text", "text": "tomorrow?"}]},
]

MARKUP = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content + '\\n\\n' }}
    {%- endif %}
    {{- "# Tools\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools><|im_end|>\\n" }}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(last=messages|length - 1, searching=true) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.searching and message.role == "user" and message.content is string and not (message.content.startswith('<reply>') and message.content.endswith('</reply>')) %}
        {%- set ns.searching = false %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- elif message.content %}
        {%- set content = message.content | map(attribute='text') | join('') %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if message.thought is string %}
            {%- set thought = message.thought %}
        {%- elif '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last and (loop.last or thought) %}
            {{- '<|im_start|>' + message.role + '\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {%- if message.tool_calls %}
            {%- for tool_call in message.tool_calls %}
                {%- if (loop.first and content) or (not loop.first) %}{{- '\\n' }}{%- endif %}
                {%- if tool_call.function %}{%- set tool_call = tool_call.function %}{%- endif %}
                {{- '<tool_call>\\n{"name": "' }}
                {{- tool_call.name }}
                {{- '", "arguments": ' }}
                {%- if tool_call.arguments is string %}
                    {{- tool_call.arguments }}
                {%- else %}
                    {{- tool_call.arguments | tojson }}
                {%- endif %}
                {{- '}\\n</tool_call>' }}
            {%- endfor %}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}{{- '<|im_start|>user' }}{%- endif %}
        {{- '\\n<tool_response>\\n' }}{{- content }}{{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}{{- '<|im_end|>\\n' }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if thinking is defined and thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}
"""

ROLES = """{%- if messages[0]['role'] == 'system' %}
     {%- set system_message = messages[0]['content'] %}
     {%- set loop_messages = messages[1:] %}
{%- else %}
     {%- set system_message = "Today is " + strftime_now('%B %d, %Y') + "." %}
     {%- if tools and documents %}
         {%- set system_message = system_message + " Use tools and documents." %}
     {%- elif tools %}
         {%- set system_message = system_message + " Use tools." %}
     {%- endif %}
     {%- set loop_messages = messages %}
{%- endif %}
{{- '<|start|>system<|end|>' + system_message + '<|eot|>
' }}
{%- if tools %}
{{- '<|start|>tools<|end|>' }}
{{- tools | tojson(indent=4) }}
{{- '<|eot|>
' }}
{%- endif %}
{%- if documents %}
    {%- for document in documents %}
        {{- '<|start|>document ' + loop.index | string + '<|end|>' + document['text'] + '<|eot|>
' }}
    {%- endfor %}
{%- endif %}
{%- for message in loop_messages %}
    {{- '<|start|>' + message['role'] + '<|end|>' }}{% generation %}{{ message['content'] }}{% endgeneration %}{{- '<|eot|>
' }}
    {%- if loop.last and add_generation_prompt %}
        {{- '<|start|>assistant' }}
            {%- if controls %}
                {{- ' ' + controls | tojson() }}
            {%- endif %}
        {{- '<|end|>' }}
    {%- endif %}
{%- endfor %}"""

TURNS = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set system = false %}{% endif %}
{% for message in rest %}
    {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{ raise_exception('Roles must alternate: user, assistant, user, …') }}
    {% endif %}
    {% if loop.index0 == 0 and system != false %}
        {% set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] %}
    {% else %}
        {% set content = message['content'] %}
    {% endif %}
    {% if message['role'] == 'user' %}
        {{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}
    {% elif message['role'] == 'assistant' %}
        {{ ' '  + content.strip() + ' ' + eos_token }}
    {% endif %}
{% endfor %}"""

SCHEMA = """{%- macro kind(schema) -%}
    {%- if schema.type == 'array' -%}{{ 'list of ' + kind(schema['items']) }}
    {%- elif schema.enum -%}{{ schema.enum | map('tojson') | join(' | ') }}
    {%- else -%}{{ schema.type }}
    {%- endif -%}
{%- endmacro -%}
{% for tool in tools | map(attribute='function') %}
def {{ tool.name }}(
{%- for name, schema in tool.parameters.properties.items() -%}
{{ name }}: {{ kind(schema) }}{% if name not in tool.parameters.required %} = None{% endif %}{{ ', ' if not loop.last }}
{%- endfor -%}
):
    {{ tool.description | indent(4) }}
{% endfor %}
{% set users = messages | selectattr('role', 'equalto', 'user') | list %}
{{ users | length }} of {{ messages | length }}, first {{ (users | first).content[:5] | upper }}, last: {{ messages[-1].role }}
"""

S = {"messages": TALK}
CASES = [
    ("markup", MARKUP, {"messages": TALK, "add_generation_prompt": True}),
    ("markup, no thinking", MARKUP, {"messages": TALK[1:], "add_generation_prompt": True, "thinking": False}),
    ("markup, tools", MARKUP, {"messages": CALL, "tools": [WEATHER, WEATHER], "add_generation_prompt": True}),
    ("roles", ROLES, {"messages": TALK, "add_generation_prompt": True}),
    ("roles, all", ROLES, {"messages": HELLO, "tools": [WEATHER], "documents": [{"text": "one"}, {"text": "zwei"}], "controls": {"length": "long"}, "add_generation_prompt": True}),
    ("turns", TURNS, {"messages": TALK, "bos_token": "<s>", "eos_token": "</s>"}),
    ("turns refused", TURNS, {"messages": HELLO + HELLO, "bos_token": "<s>", "eos_token": "</s>"}),
    ("schema", SCHEMA, {"messages": TALK, "tools": [WEATHER]}),
    ("python values", "{{ true }} {{ none }} {{ [1, 'a', 2.5, none, true, \"it's\", '\\n\\u200b日'] }} {{ {'a': {'b': []}} }} {{ (1, 'b') }} {{ 1.0 }} {{ nothing }}|", {}),
    ("python values of variables", "{{ messages }}|{{ x }}|{{ y }}", {"messages": HELLO, "x": True, "y": None}),
    ("joined values", "{{ 'a' ~ 1 ~ true ~ none ~ nothing ~ [1] }} {{ [1, none, 'x'] | join('-') }} {{ ', '.join(['a', 'b']) }} {{ 'ab' | join(',') }}", {}),
    ("equality", "{{ 1 == true }} {{ '1' == 1 }} {{ none == nothing }} {{ nothing == other }} {{ [1, [2]] == [1, [2]] }} {{ {'a': 1} == {'a': 1.0} }} {{ '' == 0 }} {{ [] != none }}", {}),
    ("membership", "{{ 'a' in ['a'] }} {{ [1] in [[1]] }} {{ 'role' in messages[0] }} {{ 'x' in 'text' }} {{ 'a' in nothing }} {{ 'z' not in {'z': 1} }}", S),
    ("scopes of loops", "{% set x = 'outer' %}{% for i in [1, 2, 3] %}{{ x }}{% if seen is defined %}!{% endif %}{% set seen = 1 %}{% set x = i %}{{ x }} {% endfor %}{{ x }}", {}),
    ("loop variables", "{% for m in messages %}{{ loop.index }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ (loop.previtem or {}).role }}>{{ loop.nextitem.role if not loop.last }}\n{% endfor %}", S),
    ("loop filter and else", "{% for m in messages if m.role == 'user' %}{{ loop.index }}/{{ loop.length }} {{ m.content }};{% else %}none{% endfor %}{% for m in messages if m.role == 'x' %}a{% else %}none{% endfor %}{% for c in 'añ' %}<{{ c }}>{% endfor %}{% for k in {'p': 1, 'q': 2} %}{{ k }}{% endfor %}{% for k, v in {'p': 1, 'q': 2}.items() %}{{ k }}{{ v }}{% endfor %}{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{{ v }}{% endfor %}", S),
    ("break and continue", "{% for i in range(9) %}{% if i == 1 %}skip{% continue %}{% endif %}{{ i }},{% if i == 3 %}end{% break %}{% endif %}.{% endfor %}", {}),
    ("white space", "  {% if true %}\n  a \n  {%- if true %}\n b\n\t{% endif %}\n{% endif %}\n{# c #}\n  {{ 'x' }}\n\n {{- 'y' -}} \n z\n", {}),
    ("carriage returns", "a\r\n{% if true %}\r\nb\r{% endif %}\r\nc\r\n", {}),
    ("generation", "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}\n{% else %}{{ m.role }}\n{% endif %}{% endfor %}", S),
    ("strip", "[{{ ' \\n a b \\t' | trim }}][{{ 'xxaxx'.strip('x') }}][{{ 'abcab'.lstrip('ba') }}][{{ '\\n\\nq \\n'.rstrip('\\n') }}][{{ '\\ufeffa\\x85'.strip() }}]", {}),
    ("methods of texts", "{{ 'hELLO wORLD'.capitalize() }} {{ 'a-b-c'.split('-', 1) }} {{ ' a  b '.split() }} {{ 'abc'.replace('b', '\\\\') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ 'a\\nb\\r\\nc\\n'.splitlines() }} {{ 'hello'.find('l') }} {{ 'hello'.count('l') }} {{ 'prefix-x'.removeprefix('prefix-') }} {{ 'x.md'.removesuffix('.md') }} {{ '12'.isdigit() }} {{ 'Ab'.lower() }}{{ 'Ab'.upper() }} {{ 'ab' * 3 }}", {}),
    ("methods of dictionaries", "{{ d.get('a') }} {{ d.get('z', 'none') }} {{ d.get('z') }} {{ d.keys() | list }} {{ d.values() | list }} {% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{{ d['items'] }}", {"d": {"a": 1, "items": [2]}}),
    ("filters", "{{ 'abc' | length }} {{ messages | count }} {{ [3, 1, 2] | sort }} {{ [1, 2] | first }} {{ [] | last }} {{ 'ab' | list }} {{ {'a': 1} | list }} {{ none | default('d') }} {{ nothing | default('d') }} {{ none | default('d', true) }} {{ '' | default('e', boolean=true) }} {{ [1, 1, 2] | unique | list }} {{ 'a b' | title }} {{ '7' | int + 1 }} {{ [1, 2, 3] | reverse | list }} {{ [1, 2, 3][::-1] }} {{ 'abcdef'[1:-1] }} {{ nothing | items | list }} {{ 3 | string + '!' }} {{ -5 | abs }} {{ ['a', 'b'] | map('upper') | list }} {{ 'l1\nl2' | indent(2) }} {{ 'l1\nl2' | indent(2, true) }}", S),
    ("tojson", "{{ t | tojson }}\n{{ t | tojson(indent=2) }}\n{{ t | tojson(sort_keys=true, separators=(',', ':')) }}\n{{ 'é\\x7f🙂</s>' | tojson(ensure_ascii=true) }}{{ [] | tojson(indent=2) }}{{ none | tojson }}{{ 1.5 | tojson }}", {"t": {"b": [1, {"x": None}], "a": "<é>'\"\n", "e": {}, "t": True}}),
    ("tests", "{{ messages is iterable }} {{ messages[0] is iterable }} {{ messages[0] is mapping }} {{ 'a' is string }} {{ 1 is number }} {{ 1 is integer }} {{ 1.5 is float }} {{ nothing is defined }} {{ nothing is undefined }} {{ none is none }} {{ messages is sequence }} {{ true is boolean }} {{ 3 is odd }} {{ 1 is not string }} {{ true is true }}", S),
    ("arithmetic and logic", "{{ 7 // 2 }} {{ 7 / 2 }} {{ 7 % 3 }} {{ 2 ** 3 }} {{ 1 + 2 * 3 - 4 }} {{ not true or false }} {{ '' or 'x' }} {{ [] and 'y' }} {{ 'a' if 1 > 2 else 'b' }} {{ 'only' if false }}| {{ 1 < 2 and 2 <= 2 }} {{ -(3) }} {{ 'a' + 'b' ~ 1 }}", {}),
    ("namespace and dict", "{% set ns = namespace(a=1) %}{% set ns.a = ns.a + 1 %}{% for i in range(2, 8, 3) %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }} {{ dict(a=1, b='c') }} {% set d = dict(x=2) %}{{ d.x }}", {}),
    ("macros and calls", "{% macro greet(name, mark='!') %}Hi {{ name }}{{ mark }}{% endmacro %}{{ greet('a') }}{{ greet('b', mark='?') }}{{ greet(name='c') | upper }}{% macro wrap() %}<{{ caller() }}>{% endmacro %}{% call wrap() %}in{% endcall %}{% set block %}x{{ 1 }}{% endset %}{{ block }}{% filter upper %}low{% endfilter %}", {}),
    ("dates", "{{ strftime_now('%Y-%m-%d %H:%M:%S %d %b %B %a %A %I %p %j %y %%') }}", {}),
    ("unpacked sets", "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set c = (1, 2) %}{{ c[1] }}", {}),
    ("prototypes", "{{ messages.constructor }}{{ messages.__proto__ }}{{ ''.constructor }}{{ messages[0]['__proto__'] }}{{ messages[0].hasOwnProperty }}{{ toString }}{{ constructor }}|", S),
    ("unused text", "{{ '{% not a tag %}' }} { % } {{ '}}' }} {{ \"{{\" }}", {}),
]


def main():
    written = []
    for name, template, variables in CASES:
        case = {"name": name, "template": template, "variables": variables}
        try:
            case["text"] = environment().from_string(template).render(**variables)
        except TemplateError as error:
            case["refused"] = str(error)
        written.append(case)
    target = pathlib.Path(__file__).with_name("golden.json")
    target.write_text(json.dumps({"now": NOW.isoformat(), "cases": written}, ensure_ascii=False, indent=1) + "\n")
    for case in written:
        print(case["name"], "->", repr(case.get("text", case.get("refused"))))


main()
