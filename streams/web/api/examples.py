"""Lines of CSV as the document shows them."""

from typing import Final

LINES: Final[dict[str, str]] = {
    "actors": (
        "rank,key,name,kind,country,sector,code,articles,mentions,source,target\r\n"
        "1,country:SYR,Syria,country,SYR,,SYR,12,40,5,3\r\n"
    ),
    "topics": "rank,key,name,articles\r\n1,medtop:20000056,armed conflict,9\r\n",
    "actor-topics": (
        "rank,key,name,kind,country,sector,code,topic,topic_name,articles\r\n"
        "1,country:SYR|medtop:20000056,Syria,country,SYR,,SYR,medtop:20000056,armed conflict,7\r\n"
    ),
    "pairs": (
        "rank,key,source,source_name,...,articles,events,AGREE,...\r\n"
        "1,country:SYR|country:TUR,country:SYR,Syria,...,4,5,0,...\r\n"
    ),
    "event-types": "rank,key,name,quad,articles,events\r\n1,ASSAULT,Assault,material-conflict,9,14\r\n",
    "events": "key,type,mode,quad,...\r\nstory-1/e1,ASSAULT,aerial,material-conflict,...\r\n",
    "days": "day,articles,events,AGREE,...\r\n2012-08-02,3,7,0,...\r\n",
    "search": (
        "key,name,kind,country,sector,code,matched,articles,mentions,source,target\r\n"
        "person:bashar-al-assad,Bashar al-Assad,person,SYR,GOV,SYRGOV,Assad,4,9,2,1\r\n"
    ),
}
