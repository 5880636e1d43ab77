"""Forms of the admin as a browser sends them: read from the page, changed, and sent back."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """The fields of the page's main form with their values, buttons left out."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.fields = {}
        self.select = None
        self.textarea = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside:
            return
        name = attrs.get("name")
        if tag == "input" and name:
            self.input(name, attrs)
        elif tag == "select":
            self.select = (name, "multiple" in attrs)
        elif tag == "option" and self.select and "selected" in attrs:
            self.chosen(attrs.get("value", ""))
        elif tag == "textarea":
            self.textarea = name
            self.fields[name] = ""

    def input(self, name, attrs):
        kind = attrs.get("type", "text")
        if kind in ("submit", "button"):
            return
        if kind == "checkbox" and "checked" not in attrs:
            return
        self.fields[name] = attrs.get("value", "on" if kind == "checkbox" else "")

    def chosen(self, value):
        name, multiple = self.select
        if multiple:
            self.fields.setdefault(name, []).append(value)
        else:
            self.fields[name] = value

    def handle_data(self, data):
        if self.inside and self.textarea:
            self.fields[self.textarea] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.textarea:
            # A browser drops the line break that a page puts after <textarea>.
            self.fields[self.textarea] = self.fields[self.textarea].removeprefix("\r\n").removeprefix("\n")
            self.textarea = None


blank = {}  # the forms of new records, each the same for everybody


def fields_of(client, address, form_id):
    """What the form at the address would send if nothing were changed."""
    if not address.endswith("/add/"):
        return read(client, address, form_id)
    if address not in blank:
        blank[address] = read(client, address, form_id)
    return blank[address].copy()


def read(client, address, form_id):
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    reader = FormReader(form_id)
    reader.feed(page.content.decode())
    return {name: value for name, value in reader.fields.items() if "__prefix__" not in name}


def sent(client, address, form_id, rows=(), follow=False, **changes):
    """The answer to the form with the changes and new rows (`prefix`, values), by the button `_continue` or another."""
    data = fields_of(client, address, form_id)
    buttons = {name for name in changes if name.startswith("_")}
    data |= {name: "" if value is None else value for name, value in changes.items()}
    for prefix, values in rows:
        number = int(data[f"{prefix}-TOTAL_FORMS"])
        # The page may offer an empty row for a start.
        if number > int(data[f"{prefix}-INITIAL_FORMS"]) and f"{prefix}-{number - 1}-used" not in data:
            number -= 1
        data[f"{prefix}-TOTAL_FORMS"] = number + 1
        data |= {f"{prefix}-{number}-{name}": value for name, value in values.items()}
        data[f"{prefix}-{number}-used"] = "1"
    if not buttons:
        data["_continue"] = "1"
    return client.post(address, data, follow=follow)


def problems(answer):
    """All that the form finds wrong, above it, at its fields and at its rows."""
    context = answer.context
    found = [message for messages in context["adminform"].form.errors.values() for message in messages]
    for inline in context["inline_admin_formsets"]:
        found += inline.formset.non_form_errors()
        found += [message for row in inline.formset.errors for messages in row.values() for message in messages]
    return found


def told(answer):
    """The messages that the page shows."""
    return [str(message) for message in answer.context["messages"]]
