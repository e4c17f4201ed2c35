//# set and get
taggroup t = NewTagGroup()
t.TagGroupSetTagAsNumber("a:b",1.5)
t.TagGroupSetTagAsString("a:c","text")
number n
string s
result(t.TagGroupGetTagAsNumber("a:b",n)+" "+n+" "+t.TagGroupGetTagAsString("a:c",s)+" "+s+" "+t.TagGroupCountTags())
//> 1 1.5 1 text 1
//# a tag that is not there leaves the variable alone
taggroup t = NewTagGroup()
number n = 7
result(t.TagGroupGetTagAsNumber("x",n)+" "+n+" "+t.TagGroupDoesTagExist("x"))
//> 0 7 0
//# lists
taggroup list = NewTagList()
list.TagGroupInsertTagAsString(infinity(),"b")
list.TagGroupInsertTagAsString(0,"a")
list.TagGroupInsertTagAsString(-1,"c")
string s
number i
for (i=0; i<list.TagGroupCountTags(); i++) { list.TagGroupGetIndexedTagAsString(i,s); result(s) }
list.TagGroupGetTagAsString("[1]",s)
result(s+list.TagGroupIsList())
//> abcb1
//# groups inside groups are shared
taggroup outer = NewTagGroup()
taggroup inner = NewTagGroup()
outer.TagGroupSetTagAsTagGroup("inner",inner)
inner.TagGroupSetTagAsNumber("n",3)
number n
outer.TagGroupGetTagAsNumber("inner:n",n)
result(n)
//> 3
//# a clone shares nothing
taggroup a = NewTagGroup()
a.TagGroupSetTagAsNumber("n",1)
taggroup b = a.TagGroupClone()
b.TagGroupSetTagAsNumber("n",2)
number n
a.TagGroupGetTagAsNumber("n",n)
result(n)
//> 1
//# removed
taggroup t = NewTagGroup()
t.TagGroupSetTagAsNumber("a",1)
t.TagGroupSetTagAsNumber("b",2)
t.TagGroupDeleteTagWithLabel("a")
result(t.TagGroupCountTags()+t.TagGroupGetTagLabel(0))
t.TagGroupDeleteTagWithIndex(0)
result(t.TagGroupCountTags())
//> 1b0
//# whole numbers keep their range
taggroup t = NewTagGroup()
t.TagGroupSetTagAsShort("s",40000)
t.TagGroupSetTagAsBoolean("b",5)
number n
t.TagGroupGetTagAsShort("s",n)
result(n+" ")
t.TagGroupGetTagAsBoolean("b",n)
result(n+" "+t.TagGroupGetTagType(0,0)+" "+t.TagGroupGetTagType(1,0))
//> -25536 1 2 8
//# points and rectangles
taggroup t = NewTagGroup()
t.TagGroupSetTagAsLongPoint("p",3,4)
t.TagGroupSetTagAsFloatRect("r",1,2,3,4.5)
number x,y,a,b
t.TagGroupGetTagAsLongPoint("p",x,y)
result(x+" "+y+" ")
t.TagGroupGetTagAsFloatRect("r",x,y,a,b)
result(b+" "+t.TagGroupGetTagAsLongPoint("r",x,y))
//> 3 4 4.5 0
//# numbers read as text and text as numbers
taggroup t = NewTagGroup()
t.TagGroupSetTagAsNumber("n",2.5)
t.TagGroupSetTagAsString("s","12 eV")
string s
number n
t.TagGroupGetTagAsString("n",s)
t.TagGroupGetTagAsNumber("s",n)
result(s+" "+n)
//> 2.5 12
//# merged
taggroup a = NewTagGroup()
taggroup b = NewTagGroup()
a.TagGroupSetTagAsNumber("g:x",1)
b.TagGroupSetTagAsNumber("g:y",2)
a.TagGroupCopyTagsFrom(b)
number x,y
a.TagGroupGetTagAsNumber("g:x",x)
a.TagGroupGetTagAsNumber("g:y",y)
result(x+" "+y)
//> 1 2
//# labels
taggroup t = NewTagGroup()
number i = t.TagGroupCreateNewLabeledTag("size")
t.TagGroupSetIndexedTagAsNumber(i,5)
number n
t.TagGroupGetTagAsNumber("SIZE",n)
result(n)
//> 5
//# the tags of an image
image a := RealImage("a",4,2,2)
a.SetStringNote("Meta Data:Signal","EELS")
a.SetNumberNote("Meta Data:n",3)
string s
number n
result(a.GetStringNote("Meta Data:Signal",s)+s+a.GetNumberNote("Meta Data:n",n)+n)
a.DeleteNote("Meta Data:n")
result(a.ImageGetTagGroup().TagGroupDoesTagExist("Meta Data:n"))
//> 1EELS130
//# a note that is not there
image a := RealImage("a",4,2,2)
result(a.GetStringNote("x")) //! 10 runtime error: there is no such tag: 'x'
//# an array of numbers
taggroup t = NewTagGroup()
image a := IntegerImage("a",2,1,3,1)
a = icol
t.TagGroupSetTagAsArray("v",a)
image b := RealImage("b",4,3,1)
result(t.TagGroupGetTagAsArray("v",b)+" "+sum(b))
//> 1 3
//# printed as a tree
taggroup t = NewTagGroup()
t.TagGroupSetTagAsNumber("a:b",1)
t.TagGroupOpenBrowserWindow(0)
//> a:
//>   b = 1
//# persistent tags
SetPersistentNumberNote("Private:x",4)
SetPersistentStringNote("Private:s","t")
number x
string s
result(GetPersistentNumberNote("Private:x",x)+" "+x+" "+GetPersistentStringNote("Private:s",s)+" "+s)
DeletePersistentNote("Private:x")
result(GetPersistentTagGroup().TagGroupDoesTagExist("Private:x"))
//> 1 4 1 t0
//# a group that is not there
taggroup t
result(t.TagGroupIsValid())
//> 0
//# groups beside others
taggroup list = NewTagList(), g = NewTagGroup(), named = NewTagGroup()
number at = list.TagGroupAddTagGroupAtEnd(g)
result(list.TagGroupAddTagGroupAfter(0,NewTagGroup())+" "+list.TagGroupAddTagGroupBefore(0,NewTagGroup()))
at = named.TagGroupCreateNewLabeledGroup("inside")
result(" "+list.TagGroupCountTags()+" "+at+" "+named.TagGroupGetTagLabel(at))
//> 1 0 3 0 inside
