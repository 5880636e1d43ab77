"""What a page says: its elements by tag and attribute, their text, and the steady hooks of the lists."""

from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Element:
    """An element of a page with what is inside it.

    All elements of a page stand in one list, in order; what is inside one follows it there, up to `end`.
    """

    def __init__(self, tag, attributes, parent=None):
        self.tag = tag
        self.parent = parent
        self.attributes = attributes
        self.children = []
        self.page = parent.page if parent else []
        self.page.append(self)
        self.begin = self.end = len(self.page)

    def close(self):
        """Nothing more comes inside."""
        self.end = len(self.page)

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name):
        return self.attributes.get(name)

    @property
    def text(self):
        """All text inside, white space made single."""
        return " ".join("".join(self._texts()).split())

    def _texts(self):
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style"):
                yield from child._texts()

    def around(self):
        """Itself and what it stands in, from the inside out."""
        element = self
        while element is not None:
            yield element
            element = element.parent

    def everything(self):
        """The elements inside, in order."""
        return self.page[self.begin : self.end]

    def all(self, tag="", **wanted):
        """The elements inside with this tag and these attributes: `all("li", data_key=True, class_="row")`.

        True stands for any value; a class need only be one of several.
        """
        pairs = [(name.strip("_").replace("_", "-"), value) for name, value in wanted.items()]
        return [one for one in self.everything() if (not tag or one.tag == tag) and all(one._has(*p) for p in pairs)]

    def _has(self, name, value):
        given = self.attributes.get(name)
        if given is None:
            return False
        return value is True or (value in given.split() if name == "class" else value == given)

    def one(self, tag="", **wanted):
        """The only such element inside."""
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} × {tag or 'any'} {wanted}"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.page = Element("", {})
        self.open = [self.page]

    def handle_starttag(self, tag, attributes):
        element = Element(tag, {name: value or "" for name, value in attributes}, self.open[-1])
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def end(self):
        """Close the element that was opened last."""
        self.open.pop().close()

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.end()

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.end()

    def handle_data(self, text):
        self.open[-1].children.append(text)


def page_of(response):
    """The page of a response; every element that is opened must be closed in its order."""
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
    reader.end()
    return reader.page


# -- Lists -----------------------------------------------------------------------------------------


def total(page):
    """How many rows the whole list has."""
    return int(page.one(class_="summary")["data-total"])


def rows(page):
    """The rows of a project list, in order."""
    return [row for row in page.all(data_project=True, data_key=True) if row.tag in ("li", "tr")]


def keys(page):
    """The stable keys of the rows of a project list, in order."""
    return [row["data-key"] for row in rows(page)]


def facets(page):
    """What each choice of each facet counts, and its link: (facet, value) → (count, address)."""
    return {
        (choice["data-facet"], choice["data-value"]): (int(choice["data-count"]), choice.one("a")["href"])
        for choice in page.all(data_facet=True)
    }


def problems(page):
    """The parameters that the page says it could not use."""
    return {problem["data-problem"] for problem in page.all(data_problem=True)}


def links(page):
    """The addresses that the page leads to."""
    return [link["href"] for link in page.all("a", href=True)]
