//# places there and back
number x,y,t,l,b,r,ox,oy,sx,sy
ObjectTransformTransformPoint(1,2,3,4,10,10,x,y)
result(x+" "+y)
ObjectTransformUntransformPoint(1,2,3,4,x,y,x,y)
result(" "+x+" "+y)
ObjectTransformTransformRect(1,2,3,4,0,0,10,20,t,l,b,r)
result(" "+t+" "+l+" "+b+" "+r)
ObjectTransformCompose(1,2,3,4,10,10,2,2,ox,oy,sx,sy)
result(" "+ox+" "+oy+" "+sx+" "+sy)
//> 31 42 10 10 2 1 42 61 31 42 6 8
//# a scale of 0
number x,y
ObjectTransformUntransformPoint(0,0,0,1,1,1,x,y) //! 1 runtime error: a scale of 0 cannot be undone; got 0, 1
