import time
from tests.site.test_pages import *
def test_x(crawl):
    from collections import Counter
    print(len(crawl.statuses), Counter(p.split("/")[1] for p in crawl.statuses), Counter(crawl.statuses.values()))
    from collections import Counter
    import re
    c=Counter(re.sub(r"^\S+","",f) for f in crawl.faults); print(c.most_common(30))
    print(crawl.faults[:10])
    print(sum(map(len,crawl.queries.values())))
    print({p:s for p,s in crawl.statuses.items() if s not in (200,)})
    print([x for x in crawl.anchors if x[1] not in crawl.ids.get(x[0],{x[1]})][:10])
pytestmark = pytest.mark.django_db
