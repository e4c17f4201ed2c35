//# text in memory, from any place
object s = NewStreamFromBuffer(0)
s.StreamWriteAsText(0,"one\ntwo\n")
result(s.StreamGetSize()+" "+s.StreamGetPos()+" ")
s.StreamSetPos(0,4)
result(s.StreamReadAsText(0,3)+" ")
s.StreamSetPos(2,-4)
string line
number more = s.StreamReadTextLine(0,line)
result(more+line)
result(s.StreamReadTextLine(0,line))
//> 8 8 two 1two
//> 0
//# pixels by either byte order
image a := IntegerImage("a",2,0,3,1), b := IntegerImage("b",2,0,3,1)
a = 1+icol
object s = NewStreamFromBuffer(0)
a.ImageWriteImageDataToStream(s,1)
s.StreamSetPos(0,0)
b.ImageReadImageDataFromStream(s,2)
result(b.GetPixel(0,0)+" "+b.GetPixel(2,0))
//> 256 768
//# too few bytes for an image
image a := IntegerImage("a",2,0,3,1)
object s = NewStreamFromBuffer(4)
a.ImageReadImageDataFromStream(s,0) //! 3 runtime error: the stream ends 2 bytes too early for 'a'
//# bytes of tags, there and back
taggroup t = NewTagGroup(), u = NewTagGroup()
t.TagGroupSetTagAsLong("n",258)
t.TagGroupSetTagAsFloatPoint("p",1.5,-2)
u.TagGroupSetTagAsLong("n",0)
u.TagGroupSetTagAsFloatPoint("p",0,0)
object s = NewStreamFromBuffer(0)
t.TagGroupWriteTagDataToStream("n",s,1)
t.TagGroupWriteTagDataToStream("p",s,2)
result(s.StreamGetSize())
s.StreamSetPos(0,0)
u.TagGroupReadTagDataFromStream("n",s,1)
u.TagGroupReadTagDataFromStream("p",s,2)
number n,x,y
u.TagGroupGetTagAsLong("n",n)
u.TagGroupGetTagAsFloatPoint("p",x,y)
result(" "+n+" "+x+" "+y)
//> 12 258 1.5 -2
//# a tag that is not there has no bytes
NewTagGroup().TagGroupWriteTagDataToStream("n",NewStreamFromBuffer(0),0) //! 15 runtime error: there is no tag with a value: 'n'
//# before the start of a stream
object s = NewStreamFromBuffer(4)
s.StreamSetPos(1,-9) //! 3 runtime error: StreamSetPos to byte -9; expected 0 or more
//# a file number that there is not
object s = NewStreamFromFileReference(7,1) //! 12 runtime error: 7 is no open file
