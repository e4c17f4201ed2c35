//# paths are cut and joined
result(PathExtractFileName("c:\\data\\a.b.dm3",0)+" "+PathExtractBaseName("c:\\data\\a.b.dm3",0)+" "+PathExtractExtension("/x/a.dm3",0)+" "+PathExtractDirectory("/x/y/a.dm3",0))
//> a.b.dm3 a.b dm3 /x/y/
//# joined
result(PathConcatenate("c:\\data","a.dm3")+" "+PathConcatenate("/x/","a.dm3"))
//> c:\data\a.dm3 /x/a.dm3
//# no folder is allowed unless the caller says so
number f = OpenFileForReading("/etc/hostname") //! 12 runtime error: file '/etc/hostname' lies outside the folders that the script may use (none); allow its folder
//# a number that is no open file
CloseFile(3) //! 1 runtime error: 3 is no open file
